#include "system/checker.hpp"

#include <istream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace hotdesk::system {
namespace {

using Json = nlohmann::json;

struct Stored {
  std::string conv;
  std::int64_t seq = 0;
  std::string hash;
};
struct FeedRow {
  std::int64_t cur = 0;
  std::int64_t prev = 0;
  std::string what;  ///< conv, seq, kind, mid in one text
};
struct Sent {
  std::string device;
  std::string conv;
  std::string hash;
  std::int64_t at = 0;
};
struct Device {
  std::string user;
  std::int64_t start = -1;
  std::int64_t cursor = -1;
  std::vector<FeedRow> applied;
};

std::string describe(const Json& line, const char* kind_key) {
  return line.value("conv", "") + " " + std::to_string(line.value("seq", std::int64_t{0})) + " " + line.value(kind_key, "") + " " +
         line.value("mid", "");
}

class Checker {
 public:
  Verdict run(std::istream& history, std::istream& dump) {
    read_dump(dump);
    read_history(history);
    check_stored();
    check_order();
    check_devices();
    return std::move(verdict_);
  }

 private:
  void violation(const std::string& text) {
    if (verdict_.violations.size() < 50) verdict_.violations.push_back(text);
  }

  void read_dump(std::istream& dump) {
    std::map<std::string, std::int64_t> last_seq;
    for (std::string text; std::getline(dump, text);) {
      const Json line = Json::parse(text);
      if (line.at("kind") == "message") {
        const auto conv = line.at("conv").get<std::string>();
        const auto seq = line.at("seq").get<std::int64_t>();
        auto& last = last_seq[conv];
        if (seq != last + 1) violation("I3 conversation " + conv + ": seq " + std::to_string(seq) + " follows " + std::to_string(last));
        last = seq;
        if (!line.contains("mid")) continue;
        ++verdict_.stored;
        const auto mid = line.at("mid").get<std::string>();
        if (!stored_.emplace(mid, Stored{conv, seq, line.value("h", "")}).second) violation("I2 mid " + mid + " is stored twice");
      } else {
        auto& feed = feeds_[line.at("user").get<std::string>()];
        const FeedRow row{line.at("cur"), line.at("prev"), describe(line, "entry")};
        const std::int64_t before = feed.empty() ? 0 : feed.back().cur;
        if (row.prev != before)
          violation("I3 feed of " + line.at("user").get<std::string>() + ": prev " + std::to_string(row.prev) + " after cur " + std::to_string(before));
        feed.push_back(row);
      }
    }
  }

  void read_history(std::istream& history) {
    for (std::string text; std::getline(history, text);) {
      const Json line = Json::parse(text);
      const auto ev = line.at("ev").get<std::string>();
      const auto name = line.at("dev").get<std::string>();
      if (ev == "send") on_send(line, name);
      if (ev == "ack") on_ack(line);
      if (ev == "apply" && line.value("feed", "u") == "u") on_apply(line, devices_[name]);
      if (ev == "welcome" && line.value("feed", "") == "u") on_welcome(line, devices_[name], name);
    }
    verdict_.devices = static_cast<std::int64_t>(devices_.size());
  }

  void on_send(const Json& line, const std::string& device) {
    const auto mid = line.at("mid").get<std::string>();
    const Sent sent{device, line.at("conv"), line.at("h"), line.at("at")};
    const auto [at, first] = sent_.emplace(mid, sent);
    if (!first) return;
    ++verdict_.sent;
    order_.push_back(mid);
    // I6: what was acked in this conversation before this send must stay before it.
    const auto floor = acked_floor_.find(sent.conv);
    const auto stored = stored_.find(mid);
    if (floor != acked_floor_.end() && stored != stored_.end() && stored->second.seq <= floor->second)
      violation("I6 mid " + mid + " has seq " + std::to_string(stored->second.seq) + " though " + std::to_string(floor->second) + " was acked before it was sent");
  }

  void on_ack(const Json& line) {
    ++verdict_.acked;
    const auto mid = line.at("mid").get<std::string>();
    const auto seq = line.at("seq").get<std::int64_t>();
    const auto [at, first] = acked_.emplace(mid, seq);
    if (!first && at->second != seq) violation("I2 mid " + mid + " was acked as " + std::to_string(at->second) + " and as " + std::to_string(seq));
    auto& floor = acked_floor_[line.at("conv").get<std::string>()];
    floor = std::max(floor, seq);
    const auto stored = stored_.find(mid);
    if (stored == stored_.end()) return violation("I1 mid " + mid + " was acked and is not stored");
    if (stored->second.seq != seq) violation("I1 mid " + mid + " was acked as " + std::to_string(seq) + " and is stored as " + std::to_string(stored->second.seq));
    const auto sent = sent_.find(mid);
    const std::string hash = line.contains("h") ? line.at("h").get<std::string>() : sent == sent_.end() ? "" : sent->second.hash;
    if (stored->second.hash != hash) violation("I1 mid " + mid + " is stored with another text than its ack told");
  }

  void on_welcome(const Json& line, Device& device, const std::string& name) {
    device.user = line.at("user").get<std::string>();
    const auto cur = line.at("cur").get<std::int64_t>();
    if (device.start < 0) device.start = device.cursor = cur;
    if (cur != device.cursor)
      violation("I9 device " + name + " stood at " + std::to_string(device.cursor) + " and was welcomed at " + std::to_string(cur));
  }

  void on_apply(const Json& line, Device& device) {
    ++verdict_.applied;
    const auto cur = line.at("cur").get<std::int64_t>();
    if (cur <= device.cursor) violation("I9 cursor of " + line.at("dev").get<std::string>() + " went from " + std::to_string(device.cursor) + " to " + std::to_string(cur));
    device.cursor = cur;
    device.applied.push_back({cur, line.at("prev"), describe(line, "kind")});
    if (line.contains("mid") && stored_.find(line.at("mid").get<std::string>()) == stored_.end())
      violation("I4 an entry bears mid " + line.at("mid").get<std::string>() + ", which is not stored");
  }

  void check_stored() {
    for (const auto& [mid, stored] : stored_)
      if (sent_.find(mid) == sent_.end()) violation("I4 mid " + mid + " is stored and nobody sent it");
  }

  void check_order() {
    std::map<std::pair<std::string, std::string>, std::int64_t> last;  // device, conversation
    for (const auto& mid : order_) {
      const auto stored = stored_.find(mid);
      if (stored == stored_.end()) continue;
      auto& seq = last[{sent_[mid].device, sent_[mid].conv}];
      if (stored->second.seq <= seq) violation("I5 mid " + mid + " was sent later and has the smaller seq " + std::to_string(stored->second.seq));
      seq = std::max(seq, stored->second.seq);
    }
  }

  /// I7 and I10: what a device applied is its feed, whole, from where it began; nothing else.
  void check_devices() {
    for (const auto& [name, device] : devices_) {
      if (device.start < 0) continue;
      std::vector<FeedRow> expected;
      for (const auto& row : feeds_[device.user])
        if (row.cur > device.start) expected.push_back(row);
      for (std::size_t i = 0; i < std::max(expected.size(), device.applied.size()); ++i) {
        if (i >= device.applied.size()) {
          violation("I7 device " + name + " lacks " + std::to_string(expected.size() - i) + " entries from cur " + std::to_string(expected[i].cur));
          break;
        }
        if (i >= expected.size()) {
          violation("I10 device " + name + " applied cur " + std::to_string(device.applied[i].cur) + ", which is not in its feed");
          break;
        }
        if (device.applied[i].cur != expected[i].cur || device.applied[i].what != expected[i].what) {
          violation("I7 device " + name + " applied \"" + device.applied[i].what + "\" where its feed has \"" + expected[i].what + "\"");
          break;
        }
      }
    }
  }

  Verdict verdict_;
  std::map<std::string, Stored> stored_;
  std::map<std::string, std::vector<FeedRow>> feeds_;
  std::map<std::string, Sent> sent_;
  std::vector<std::string> order_;
  std::map<std::string, std::int64_t> acked_;
  std::map<std::string, std::int64_t> acked_floor_;
  std::map<std::string, Device> devices_;
};

}  // namespace

Verdict check(std::istream& history, std::istream& dump) { return Checker{}.run(history, dump); }

}  // namespace hotdesk::system
