#include "apps/town/hand.h"

#include <algorithm>

namespace mitome::town {

/// Shared with its connections: a card that is taken away while it is being read falls silent.
class Hand::Reader final : public apdu::CardReader {
 public:
  /// `real`: the hand's, which may be set later.
  Reader(std::string name, apdu::CardReader* const& real) : name_(std::move(name)), real_(real) {}
  std::string name() const override { return name_; }
  bool present() override { return laid().has_value() || (real_ != nullptr && real_->present()); }
  Result<std::unique_ptr<apdu::ApduChannel>> connect() override {
    if (!laid() && real_ != nullptr) return real_->connect();
    const std::lock_guard lock{state_->mutex};
    if (!state_->thing) return Error{Reason::CARD_SILENT, "nothing lies on the reader"};
    if (state_->connected) return Error{Reason::CONFLICT, "the reader is in use"};
    TRY_ASSIGN(apdu::ApduChannel* const channel, state_->thing->power_on());
    state_->connected = true;
    return std::unique_ptr<apdu::ApduChannel>{std::make_unique<Connection>(state_, *channel)};
  }

  std::optional<std::string> laid() const {
    const std::lock_guard lock{state_->mutex};
    return state_->thing ? std::optional{state_->thing->id} : std::nullopt;
  }
  void lay(std::optional<Thing> thing) {
    const std::lock_guard lock{state_->mutex};
    if (state_->thing && state_->thing->power_off) state_->thing->power_off();
    state_->thing = std::move(thing);
    ++state_->laid;
    state_->connected = false;
  }

 private:
  struct State {
    std::mutex mutex;
    std::optional<Thing> thing;
    uint64_t laid = 0;  ///< counts up with every change
    bool connected = false;
  };
  class Connection final : public apdu::ApduChannel {
   public:
    Connection(std::shared_ptr<State> state, apdu::ApduChannel& channel)
        : state_(std::move(state)), channel_(channel), laid_(state_->laid) {}
    ~Connection() override {
      const std::lock_guard lock{state_->mutex};
      if (state_->laid != laid_) return;
      state_->connected = false;
      if (state_->thing && state_->thing->power_off) state_->thing->power_off();
    }
    Result<Bytes> transmit(ByteView command) override {
      const std::lock_guard lock{state_->mutex};
      if (state_->laid != laid_) return Error{Reason::CARD_SILENT, "it was taken away"};
      return channel_.transmit(command);
    }

   private:
    std::shared_ptr<State> state_;  // shared: a connection may outlive what lay there
    apdu::ApduChannel& channel_;
    uint64_t laid_;
  };

  std::string name_;
  apdu::CardReader* const& real_;
  std::shared_ptr<State> state_ = std::make_shared<State>();  // shared: see Connection
};

Hand::Hand(std::function<std::vector<Thing>()> things) : things_(std::move(things)) {}
Hand::~Hand() = default;

apdu::CardReader& Hand::reader(const std::string& name) {
  const std::lock_guard lock{mutex_};
  auto& found = readers_[name];
  if (found == nullptr) found = std::make_unique<Reader>(name, real_);
  return *found;
}

Result<void> Hand::lay(const std::string& reader_name, const std::optional<std::string>& wanted) {
  auto& target = static_cast<Reader&>(reader(reader_name));
  std::optional<Thing> thing;
  if (wanted) {
    std::vector<Thing> all = things_();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Thing& one) { return one.id == *wanted; });
    if (found == all.end()) return Error{Reason::NOT_FOUND, "no such card or phone"};
    thing = std::move(*found);
  }
  const std::lock_guard lock{mutex_};
  if (wanted)
    for (const auto& [name, other] : readers_)
      if (other.get() != &target && other->laid() == wanted) other->lay(std::nullopt);
  target.lay(std::move(thing));
  return {};
}

json::Value Hand::look(const std::string& reader_name) {
  const auto laid = static_cast<Reader&>(reader(reader_name)).laid();
  json::Value items = json::Value::array();
  for (const Thing& thing : things_())
    items.push(json::Value::object({{"id", thing.id},
                                    {"kind", thing.kind},
                                    {"label", thing.label},
                                    {"label_ja", thing.label_ja},
                                    {"here", laid == thing.id}}));
  return json::Value::object({{"items", items}, {"laid", laid ? json::Value{*laid} : json::Value{}}});
}

std::vector<http::Route> hand_routes(Hand& hand, const std::string& reader) {
  const auto lay = [&hand, reader](const http::Request& request) -> Result<json::Value> {
    TRY_ASSIGN(const json::Value body, http::json_body(request));
    const json::Value* item = body.find("item");
    if (item == nullptr) return Error{Reason::MALFORMED, "item"};
    std::optional<std::string> wanted;
    if (!item->is_null()) {
      TRY_ASSIGN(wanted, item->as_string());
    }
    TRY(hand.lay(reader, wanted));
    return hand.look(reader);
  };
  return {{"GET", "/api/hand", "the person, simulated",
           [&hand, reader](const http::Request&) { return http::Response::json(hand.look(reader)); }},
          {"POST", "/api/hand", "the person, simulated", [lay](const http::Request& request) {
             const auto laid = lay(request);
             return laid ? http::Response::json(*laid) : http::Response::error(laid.error());
           }}};
}

}  // namespace mitome::town
