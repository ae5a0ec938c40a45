#include <benchmark/benchmark.h>

#include "crypto/aead.hpp"
#include "crypto/mac.hpp"
#include "protocol/decode.hpp"
#include "protocol/encode.hpp"

namespace hotdesk {
namespace {

const std::string words(200, 'x');
const std::string pub = R"({"t":"pub","id":"7","mid":"01890000-0000-7000-8000-000000000001","conv":"01890000-0000-7000-8000-000000000002","kind":"text","body":{"text":")" +
                        words + "\"}}";

void decode_pub(benchmark::State& state) {
  const protocol::Limits limits;
  for (auto _ : state) benchmark::DoNotOptimize(protocol::decode(pub, limits));
}
BENCHMARK(decode_pub);

void encode_entry(benchmark::State& state) {
  const std::string body = "{\"text\":\"" + words + "\"}";
  protocol::EntryView entry{.cur = 7, .prev = 6, .conv = make_uuid(1), .seq = 3, .kind = "text", .from = {"visitor", make_uuid(2), "Visitor"}, .mid = make_uuid(3), .body = body, .ts = 1};
  for (auto _ : state) benchmark::DoNotOptimize(protocol::encode_evt(entry));
}
BENCHMARK(encode_entry);

void seal_body(benchmark::State& state) {
  const std::string key(32, 'k');
  for (auto _ : state) benchmark::DoNotOptimize(crypto::seal(key, "message body tenant conversation mid", words));
}
BENCHMARK(seal_body);

void open_body(benchmark::State& state) {
  const std::string key(32, 'k');
  const std::string sealed = crypto::seal(key, "aad", words);
  for (auto _ : state) benchmark::DoNotOptimize(crypto::open(key, "aad", sealed));
}
BENCHMARK(open_body);

void content_mac(benchmark::State& state) {
  const std::string key(32, 'k');
  for (auto _ : state) benchmark::DoNotOptimize(crypto::hmac_sha256(key, words));
}
BENCHMARK(content_mac);

}  // namespace
}  // namespace hotdesk
