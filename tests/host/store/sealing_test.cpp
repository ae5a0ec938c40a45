// What lies on disk: a person who steals the data folder reads no message and no personal data.
#include "store/sealed.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "fixture.hpp"
#include "store/connection.hpp"

namespace hotdesk::store {
namespace {

using contract::TenantCase;

std::string read_all(const std::filesystem::path& folder) {
  std::string out;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (!file.is_regular_file()) continue;
    std::ifstream in(file.path(), std::ios::binary);
    out.append(std::istreambuf_iterator<char>(in), {});
  }
  return out;
}

TEST(Sealing, ARawScanFindsNoPlainText) {
  contract::TempFolder folder;
  contract::World world(contract::backends().front(), folder.path());
  const TenantCase shop = world.make_tenant("shop");
  const auto ann = world.make_agent(shop, "Ann");
  const auto vera = world.make_visitor("NAMEmarker");
  const Uuid id = world.open(shop, vera, "BODYmarker");
  world.assign(shop, id, ann);
  auto note = world.message(shop, id, ann, "NOTEmarker");
  std::get<conversations::Message>(note.what).kind = "note";
  world.commit(note);
  world.commit(world.change(shop, id, ann, conversations::Closed{"REASONmarker"}));
  world.commit(world.change(shop, id, vera, conversations::Rated{1, "COMMENTmarker"}));
  visitors::Visitor form;
  form.id = vera.id;
  form.tenant = shop.id;
  form.site = shop.site;
  form.name = "NAME2marker";
  form.email = "EMAILmarker@example.org";
  form.phone = "004915112345678";
  form.external_id = "EXTERNALmarker";
  form.attributes = "{\"ATTRIBUTEmarker\":\"x\"}";
  form.referrer = "https://REFERRERmarker.example";
  ASSERT_TRUE(world.ports().visitors().save_visitor(form));
  ASSERT_TRUE(world.ports().visitors().record_page(shop.id, vera.id, {"https://PAGEmarker.example", "TITLEmarker", "", 1}));
  ASSERT_TRUE(world.ports().plugins().kv_set(shop.id, "p", "KEYmarker", "VALUEmarker"));
  ASSERT_TRUE(world.ports().plugins().save_config({shop.id, "p", "{\"CONFIGmarker\":1}"}, contract::audit("x")));
  const auto scan = [&] {
    const std::string disk = read_all(folder.path());
    EXPECT_GT(disk.size(), 4096u);
    for (const char* marker : {"marker", "secret of shop", "004915112345678"}) EXPECT_EQ(disk.find(marker), std::string::npos) << marker;
    EXPECT_NE(disk.find("shop-site"), std::string::npos) << "the scan can find what is plain";
    EXPECT_EQ(disk.find(std::string(32, 'm')), std::string::npos) << "nor the master key";
  };
  scan();  // database, write-ahead log and its index
  EXPECT_EQ(world.page(shop, id).size(), 6u);
  world.close();
  scan();
}

TEST(Sealing, AnotherMasterKeyIsRefused) {
  contract::TempFolder folder;
  {
    contract::World world(contract::backends().front(), folder.path());
    world.make_tenant("shop");
  }
  Options options = options_in(folder.path());
  options.master_key = std::string(32, 'x');
  const auto opened = Store::open(std::move(options));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::forbidden);
}

TEST(Sealing, AMovedOrChangedValueDoesNotOpen) {
  TenantDirectory directory(std::string(32, 'm'));
  const Uuid a = make_uuid(1), b = make_uuid(2);
  const TenantRef one = directory.unwrap(TenantKey{1}, a, directory.make_wrapped_key(a)).value();
  const TenantRef two = directory.unwrap(TenantKey{2}, b, directory.make_wrapped_key(b)).value();
  std::string sealed = seal_column(*one, "visitor.name", a, "Vera");
  EXPECT_EQ(open_column(*one, "visitor.name", a, sealed), "Vera");
  EXPECT_THROW(open_column(*one, "visitor.email", a, sealed), DatabaseError);
  EXPECT_THROW(open_column(*one, "visitor.name", b, sealed), DatabaseError);
  EXPECT_THROW(open_column(*two, "visitor.name", a, sealed), DatabaseError);
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  EXPECT_THROW(open_column(*one, "visitor.name", a, sealed), DatabaseError);
  EXPECT_THROW(open_column(*one, "visitor.name", a, "x"), DatabaseError);
  EXPECT_TRUE(seal_column(*one, "visitor.name", a, "").empty());
  EXPECT_FALSE(directory.unwrap(TenantKey{1}, b, directory.make_wrapped_key(a)));

  const std::string message = seal_message(*one, a, b, 0, {"Vera", "{}"});
  EXPECT_EQ(open_message(*one, a, b, 0, message).name, "Vera");
  EXPECT_THROW(open_message(*one, a, a, 0, message), DatabaseError) << "another mid";
  const std::string payload = seal_payload(*one, a, 40, 5, {{tenants::Role::agent, b, "Ann"}, "{\"seq\":1}"});
  EXPECT_EQ(open_payload(*one, a, 40, 5, payload).from.id, b);
  EXPECT_THROW(open_payload(*one, a, 41, 5, payload), DatabaseError) << "another kind";
}

TEST(Sealing, BlindIndexesDifferByTenantAndColumn) {
  TenantDirectory directory(std::string(32, 'm'));
  const Uuid a = make_uuid(1), b = make_uuid(2);
  const TenantRef one = directory.unwrap(TenantKey{1}, a, directory.make_wrapped_key(a)).value();
  const TenantRef two = directory.unwrap(TenantKey{2}, b, directory.make_wrapped_key(b)).value();
  EXPECT_EQ(blind_index(*one, "visitor.email", "x"), blind_index(*one, "visitor.email", "x"));
  EXPECT_NE(blind_index(*one, "visitor.email", "x"), blind_index(*one, "visitor.phone", "x"));
  EXPECT_NE(blind_index(*one, "visitor.email", "x"), blind_index(*two, "visitor.email", "x"));
  EXPECT_TRUE(blind_index(*one, "visitor.email", "").empty());
}

TEST(Sealing, AMessageMovedInTheDatabaseIsNotShown) {
  contract::TempFolder folder;
  contract::World world(contract::backends().front(), folder.path());
  const TenantCase shop = world.make_tenant("shop");
  const auto vera = world.make_visitor("Vera");
  const Uuid id = world.open(shop, vera);
  world.say(shop, id, vera, "two");
  RawDatabase raw(folder.path());
  ASSERT_EQ(raw.run("UPDATE message SET sealed_body = (SELECT sealed_body FROM message WHERE seq = 2) WHERE seq = 3"), "");
  EXPECT_EQ(world.ports().log().read_conversation(shop.id, id, 0, std::nullopt, 10, true).error().code, Errc::storage);
}

}  // namespace
}  // namespace hotdesk::store
