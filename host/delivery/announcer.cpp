#include "delivery/announcer.hpp"

#include "protocol/encode.hpp"

namespace hotdesk::delivery {

Announcer::Announcer(Delivery& delivery, const Services& services, StaffEdge staff_edge)
    : delivery_(delivery), services_(services), staff_edge_(std::move(staff_edge)) {}

void Announcer::edge(const cluster::Presence::Edge& edge) {
  Known known;
  if (edge.online) {
    // The edge is told while the first socket says welcome, so it is found here.
    for (const auto& session : services_.registry.find({edge.user, false}))
      if (session->live())
        known = Known{edge.tenant, session->identity().role, session->departments(), session->conversation(), session->presence_state()};
    const std::lock_guard lock(mutex_);
    known_[edge.user] = known;
  } else {
    const std::lock_guard lock(mutex_);
    const auto at = known_.find(edge.user);
    if (at == known_.end()) return;
    known = std::move(at->second);
    known_.erase(at);
  }
  tell(edge.user, known, edge.online);
  if (tenants::is_staff(known.role) && staff_edge_) staff_edge_(edge.tenant);
}

void Announcer::tell(const Uuid& user, const Known& known, bool online) {
  if (tenants::is_staff(known.role)) {
    const auto frame = std::make_shared<const std::string>(
        protocol::encode_presence(user, std::nullopt, online ? std::string_view(known.state) : std::string_view("offline")));
    for (const Uuid& department : known.departments) delivery_.tell({department, true}, frame);
    return;
  }
  if (!known.conversation) return;
  const auto members = services_.members.find(known.tenant, *known.conversation);
  if (!members) return;
  const auto frame = std::make_shared<const std::string>(protocol::encode_presence(user, std::nullopt, online ? "online" : "left"));
  if (members->assignee)
    delivery_.tell({*members->assignee, false}, frame);
  else
    delivery_.tell({members->department, true}, frame);
}

Announcer::Counts Announcer::count(const Uuid& tenant) const {
  const std::lock_guard lock(mutex_);
  Counts out;
  for (const auto& [user, known] : known_)
    if (known.tenant == tenant) (tenants::is_staff(known.role) ? out.staff : out.visitors) += 1;
  return out;
}

}  // namespace hotdesk::delivery
