// What a vendor and an operator type about packages, without a server.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "host/app/run_line.hpp"

namespace hotdesk::app {
namespace {

namespace fs = std::filesystem;

class PackageLine : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "hotdesk-pack-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder = name;
    config_path = (folder / "conf" / "hotdesk.json").string();
    fs::copy(fs::path(HOTDESK_SHIPPED) / "org.hotdesk.filtering/1.0.0", folder / "plugin", fs::copy_options::recursive);
    std::ifstream in(folder / "plugin/manifest.json");
    auto manifest = Json::parse(in);
    in.close();
    manifest["id"] = "com.acme.filter";
    manifest["permissions"] = {"kv"};
    std::ofstream(folder / "plugin/manifest.json") << manifest.dump();
  }
  void TearDown() override {
    ::unsetenv("HOTDESK_KEY_PASSPHRASE");
    fs::remove_all(folder);
  }
  std::string at(const std::string& name) const { return (folder / name).string(); }
  Ran run(std::vector<std::string> words) const { return run_line(std::move(words), config_path); }
  Json done(std::vector<std::string> words) const {
    words.push_back("--json");
    const Ran ran = run(std::move(words));
    EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
    return ran.status == 0 ? ran.json() : Json();
  }
  std::string failed(std::vector<std::string> words) const {
    const Ran ran = run(std::move(words));
    EXPECT_EQ(ran.status, 1) << ran.out;
    return ran.err;
  }
  static std::string read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  fs::path folder;
  std::string config_path;
};

TEST_F(PackageLine, AVendorPacksSignsAndVerifies) {
  const Json packed = done({"plugin", "pack", at("plugin"), "-o", at("a.hdplugin")});
  EXPECT_EQ(packed["id"], "com.acme.filter");
  done({"plugin", "pack", at("plugin"), "-o", at("b.hdplugin")});
  EXPECT_EQ(read(at("a.hdplugin")), read(at("b.hdplugin")));
  const Json key = done({"plugin", "keygen", "-o", at("key.json"), "--name", "Acme"});
  struct stat info {};
  ASSERT_EQ(::stat(at("key.json").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  EXPECT_NE(failed({"plugin", "keygen", "-o", at("key.json")}).find("is there already"), std::string::npos) << "a key is never replaced";
  EXPECT_NE(failed({"plugin", "verify", at("a.hdplugin"), "--trust", at("key.json.pub")}).find("manifest.sig: is missing"), std::string::npos);
  EXPECT_EQ(done({"plugin", "sign", at("a.hdplugin"), "--key", at("key.json")})["key_id"], key["key_id"]);
  EXPECT_EQ(done({"plugin", "verify", at("a.hdplugin"), "--trust", at("key.json.pub")})["key_id"], key["key_id"]);

  auto bytes = read(at("a.hdplugin"));
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  std::ofstream(at("a.hdplugin"), std::ios::binary) << bytes;
  EXPECT_FALSE(failed({"plugin", "verify", at("a.hdplugin"), "--trust", at("key.json.pub")}).empty());
  std::ofstream(at("plugin/more.txt")) << "x";
  EXPECT_NE(failed({"plugin", "pack", at("plugin"), "-o", at("c.hdplugin")}).find("more.txt"), std::string::npos) << "the file is named";
  EXPECT_EQ(run({"plugin", "sign", at("b.hdplugin")}).status, 2) << "--key is missing";
}

TEST_F(PackageLine, APassphraseSealsTheKey) {
  ::setenv("HOTDESK_KEY_PASSPHRASE", "open sesame", 1);
  EXPECT_EQ(done({"plugin", "keygen", "-o", at("key.json")})["sealed"], true);
  done({"plugin", "pack", at("plugin"), "-o", at("a.hdplugin")});
  done({"plugin", "sign", at("a.hdplugin"), "--key", at("key.json")});
  ::unsetenv("HOTDESK_KEY_PASSPHRASE");
  EXPECT_NE(failed({"plugin", "sign", at("a.hdplugin"), "--key", at("key.json")}).find("HOTDESK_KEY_PASSPHRASE"), std::string::npos);
}

TEST_F(PackageLine, AnOperatorTrustsInstallsGrantsAndRevokes) {
  ASSERT_EQ(run({"init", "--host", "localhost:9443", "--port", "9443"}).status, 0);
  done({"plugin", "pack", at("plugin"), "-o", at("a.hdplugin")});
  const std::string key = done({"plugin", "keygen", "-o", at("key.json"), "--name", "Acme"})["key_id"];
  done({"plugin", "sign", at("a.hdplugin"), "--key", at("key.json")});
  EXPECT_NE(failed({"plugin", "install", at("a.hdplugin")}).find("not in the trust store"), std::string::npos);
  EXPECT_EQ(run({"plugin", "trust", "add", at("key.json.pub")}).status, 2) << "--prefix is missing";
  EXPECT_EQ(done({"plugin", "trust", "add", at("key.json.pub"), "--prefix", "com.acme.*"})["name"], "Acme");
  EXPECT_EQ(done({"plugin", "trust", "list"})["data"][0]["key_id"], key);
  EXPECT_EQ(done({"plugin", "install", at("a.hdplugin"), "--dry-run"})["level"], "vendor");
  EXPECT_EQ(done({"plugin", "install", at("a.hdplugin")})["version"], "1.0.0");
  EXPECT_EQ(done({"plugin", "grant", "com.acme.filter"})["permissions"]["granted"], Json::array());
  EXPECT_EQ(done({"plugin", "grant", "com.acme.filter", "--permission", "kv"})["permissions"]["granted"], Json({"kv"}));
  EXPECT_EQ(done({"plugin", "grant", "com.acme.filter", "--lane", "pool"})["permissions"]["granted"], Json({"kv"})) << "what is not said stays";
  EXPECT_NE(failed({"plugin", "grant", "com.acme.filter", "--lane", "inline"}).find("installation's own"), std::string::npos);
  EXPECT_EQ(done({"plugin", "trust", "minimum", "com.acme.filter", "1.0.0"})["minimums"]["com.acme.filter"], "1.0.0");
  EXPECT_FALSE(done({"plugin", "trust", "revoke", key, "--reason", "lost"})["revoked_at"].is_null());
  EXPECT_NE(failed({"plugin", "install", at("a.hdplugin")}).find("revoked"), std::string::npos);
  done({"plugin", "uninstall", "com.acme.filter", "1.0.0"});
  EXPECT_EQ(run({"plugin", "uninstall", "com.acme.filter", "1.0.0"}).status, 1);
  done({"plugin", "trust", "erase", key});
  EXPECT_TRUE(done({"plugin", "trust", "list"})["data"].empty());
}

}  // namespace
}  // namespace hotdesk::app
