// The phone and the authority: what state it says, resuming, deleting, new one-time mdocs.
#include "base/hex.h"
#include "codec/cbor/writer.h"
#include "credential/mdoc/issuer_signed.h"
#include "credential/x509/certificate.h"
#include "phone/phone_impl.h"
#include "protocol/http/phone_auth.h"

namespace mitome::phone {
namespace {

constexpr std::string_view kCbor = "application/cbor";
/// Causes of an end as the registry writes them.
constexpr std::string_view kReplaced = "replace", kDeleted = "delete";
/// An mdoc that ends sooner than this is not counted on when the next batch is asked for.
constexpr Days kRefreshBefore{3};

/// The app's own key towards the authority; it works without the holder.
class InstanceSigner final : public crypto::Signer {
 public:
  InstanceSigner(SecureElement& element, const std::string& slot, crypto::PublicKey key)
      : element_(element), slot_(slot), key_(std::move(key)) {}
  const crypto::PublicKey& public_key() const override { return key_; }
  crypto::SignatureAlgorithm algorithm() const override { return crypto::SignatureAlgorithm::kEcdsaSha256; }
  Result<Bytes> sign(ByteView message) override { return element_.sign(slot_, message); }

 private:
  SecureElement& element_;
  const std::string& slot_;
  crypto::PublicKey key_;
};

bool unavailable(const Error& error) { return reason_info(error.reason).kind == ReasonKind::kUnavailable; }

Bytes encode_spkis(const std::vector<Bytes>& keys) {
  cbor::Writer out;
  out.array(keys.size());
  for (const Bytes& key : keys) out.bytes(key);
  return out.take();
}

std::string_view state_text(const CardItem& item, Instant now) {
  switch (item.state) {
    case CardState::kLive: return now < item.active_at ? "pending" : "active";
    case CardState::kSuspended: return "suspended";
    case CardState::kEnded: return "ended";
  }
  return "ended";
}

std::string_view target_of(CallKind kind) {
  switch (kind) {
    case CallKind::kResume: return "/phone/resume";
    case CallKind::kRefresh: return "/phone/refresh";
    case CallKind::kDelete: return "/phone/delete";
  }
  return "";
}

crypto::Sha256Digest delete_binding(const CardItem& item) {
  return crypto::sha256({as_bytes("mitome-delete-1"), as_bytes(item.phone)});
}

}  // namespace

Result<CardItem> Phone::Impl::any_card() {
  TRY_ASSIGN(auto item, wallet.card());
  if (!item) return Error{Reason::NOTHING_TO_PRESENT, "no card on this phone"};
  return std::move(*item);
}

std::string Phone::Impl::draw_idempotency_key() { return to_hex(random.bytes(16)); }

Result<json::Value> Phone::Impl::sync() {
  TRY_ASSIGN(CardItem item, any_card());
  TRY(settle_call(item));
  TRY_ASSIGN(const json::Value answer, ask_state(item));
  TRY_ASSIGN(const std::string state, answer.string_at("state"));
  const json::Value* notices = answer.find("notices");
  auto out = json::Value::object({{"state", state}, {"notices", notices ? *notices : json::Value::array()}});
  // The state is obeyed already; new mdocs that did not come are asked for again at the next sync.
  const auto refreshed = refresh_if_low(item);
  if (!refreshed.has_value()) out.set("refresh", reason_code(refreshed.error().reason));
  return out;
}

Result<json::Value> Phone::Impl::ask_state(CardItem& item) {
  TRY_ASSIGN(const auto request,
             signed_request(item, http::get(url("/phone/state")), item.version, draw_idempotency_key()));
  TRY_ASSIGN(json::Value answer, http::call_json(network, request));
  TRY(obey(item, answer));
  return answer;
}

Result<void> Phone::Impl::obey(CardItem& item, const json::Value& answer) {
  TRY_ASSIGN(const std::string state, answer.string_at("state"));
  const std::string cause = answer.string_or("cause", "");
  TRY_ASSIGN(const int64_t version, answer.int_at("version"));
  const CardState before = item.state;
  // What the mdocs say of their holder is no longer so, and they are withdrawn (threats LFC-9).
  const bool moved = cause == "move" && item.version != static_cast<uint64_t>(version);
  item.version = static_cast<uint64_t>(version);
  if (state == "ended") {
    const bool news_to_us = before != CardState::kEnded;
    TRY(end_item(item, cause));
    if (news_to_us) notify(cause == kReplaced ? "replaced" : cause == kDeleted ? "deleted" : "ended");
    return {};
  }
  if (state == "suspended") {
    item.state = CardState::kSuspended;
    item.cause = cause;
  } else if (state == "active" || state == "pending") {
    item.state = CardState::kLive;
    item.cause = cause == "move" ? cause : "";
    TRY_ASSIGN(const int64_t active_at, answer.int_at("active_at"));
    item.active_at = instant_from_unix(active_at);
  } else {
    return Error{Reason::MALFORMED, "an unknown state"};
  }
  const bool locked_now = item.state == CardState::kSuspended && before != CardState::kSuspended;
  if (locked_now) {  // locked at once: nothing that was open goes on (decisions 15)
    element->field_off();
    presentation.reset();
    wallet_request.reset();
  }
  auto written = wallet.write([&](Wallet::Edit& edit) -> Result<void> {
    if (locked_now) TRY(edit.log(activity("suspended", cause)));
    if (moved) TRY(edit.erase_all("mdoc/"));
    return edit.put("card", item.encode());
  });
  TRY(std::move(written));
  if (locked_now) notify("suspended");
  if (moved) notify("moved");
  if (item.state == CardState::kLive && before == CardState::kSuspended) notify("resumed");
  return {};
}

Result<void> Phone::Impl::end_item(CardItem& item, const std::string& cause) {
  presentation.reset();
  // Another phone took over: the item goes by itself (article A52). Deleted: it stays, dead, until removed by hand (A50).
  item.state = CardState::kEnded;
  item.cause = cause;
  if (cause == kReplaced) return drop_item();
  TRY(element->remove_card());
  auto written = wallet.write([&](Wallet::Edit& edit) -> Result<void> {
    TRY(edit.erase_all("mdoc/"));
    TRY(edit.erase("call"));
    return edit.put("card", item.encode());
  });
  TRY(std::move(written));
  return sweep_slots();
}

Result<void> Phone::Impl::drop_item() {
  presentation.reset();
  TRY(element->remove_card());
  auto written = wallet.write([this](Wallet::Edit& edit) -> Result<void> {
    TRY(edit.erase("card"));
    TRY(edit.erase("call"));
    TRY(edit.erase_all("mdoc/"));
    return edit.log(activity("removed"));
  });
  TRY(std::move(written));
  return sweep_slots();
}

Result<void> Phone::Impl::remove_item() {
  auto item = wallet.card();
  if (!item.has_value() && item.error().reason == Reason::WALLET_SEALED) {
    TRY(element->remove_card());
    TRY(wallet.reset());
    return sweep_slots();
  }
  TRY(item);
  if (!item->has_value()) return {};
  return drop_item();
}

std::string_view Phone::Impl::card_state(const CardItem& item) const {
  const auto auth_key = element->public_key(item.auth_slot);
  const bool dead = item.state != CardState::kEnded && !auth_key.has_value() &&
                    auth_key.error().reason == Reason::NEEDS_REPROOF;
  return dead ? std::string_view{"needs_reproof"} : state_text(item, clock.now());
}

Result<http::Request> Phone::Impl::signed_request(const CardItem& item, http::Request request, uint64_t version,
                                                  const std::string& idempotency_key) {
  TRY_ASSIGN(auto key, element->public_key(item.instance_slot));
  InstanceSigner signer{*element, item.instance_slot, std::move(key)};
  const http::PhoneCall call{item.phone, static_cast<int64_t>(version), idempotency_key};
  TRY(http::sign_phone_request(request, call, signer));
  return request;
}

Result<void> Phone::Impl::agree_to(PendingCall call) {
  return wallet.write([&call](Wallet::Edit& edit) { return edit.put("call", call.encode()); });
}

Result<void> Phone::Impl::finish_call(CardItem& item) {
  TRY_ASSIGN(const auto call, wallet.call());
  if (!call) return {};
  const auto plain = call->kind == CallKind::kDelete
                         ? http::post(url(target_of(call->kind)), "application/json", call->body)
                         : http::post(url(target_of(call->kind)), kCbor, call->body);
  TRY_ASSIGN(const auto request, signed_request(item, plain, call->version, call->idempotency_key));
  auto answer = http::call_bytes(network, request);
  auto done = answer.has_value() ? apply_answer(item, *call, *answer) : Result<void>{std::move(answer).error()};
  if (done.has_value() || unavailable(done.error())) return done;  // it may have arrived: the same again next time
  TRY(wallet.write([](Wallet::Edit& edit) { return edit.erase("call"); }));
  TRY(sweep_slots());
  return done;
}

Result<void> Phone::Impl::settle_call(CardItem& item) {
  auto done = finish_call(item);
  if (!done.has_value() && unavailable(done.error())) return done;
  return {};
}

Result<void> Phone::Impl::apply_answer(CardItem& item, const PendingCall& call, ByteView answer) {
  if (call.kind == CallKind::kDelete) {
    auto logged = wallet.write([this](Wallet::Edit& edit) { return edit.log(activity("deleted")); });
    TRY(std::move(logged));
    TRY(end_item(item, std::string{kDeleted}));
    notify("deleted");
    return {};
  }
  TRY_ASSIGN(const auto document, cbor::Document::parse(answer));
  const cbor::Value root = document.root();
  TRY_ASSIGN(const cbor::Value version, root.get("version"));
  TRY_ASSIGN(item.version, version.as_uint());
  TRY_ASSIGN(const std::vector<Bytes> issued, byte_strings_at(root, "mdocs"));
  TRY_ASSIGN(const auto mdocs, accept_mdocs(issued, call.mdoc_slots));
  if (call.kind == CallKind::kResume) {
    TRY_ASSIGN(item.sign_certificate, bytes_at(root, "sign_cert"));
    TRY_ASSIGN(const auto certificate, x509::Certificate::parse(item.sign_certificate));
    TRY_ASSIGN(const auto key, element->public_key(call.sign_slot));
    if (!(certificate.public_key() == key)) return Error{Reason::BAD_KEY, "the signing certificate is for another key"};
    item.sign_slot = call.sign_slot;
    item.state = CardState::kLive;
    item.cause.clear();
    TRY(element->replace_signing(item.sign_certificate, item.sign_slot));
  }
  auto written = wallet.write([&](Wallet::Edit& edit) -> Result<void> {
    TRY(edit.erase("call"));
    TRY(edit.erase_all("mdoc/"));
    TRY(put_mdocs(edit, mdocs));
    TRY(edit.put("card", item.encode()));
    return edit.log(activity(call.kind == CallKind::kResume ? "resumed" : "refreshed"));
  });
  TRY(std::move(written));
  if (call.kind == CallKind::kResume) notify("resumed");
  return sweep_slots();
}

Result<void> Phone::Impl::put_mdocs(Wallet::Edit& edit, const std::vector<MdocRecord>& mdocs) const {
  for (const MdocRecord& mdoc : mdocs) TRY(edit.put("mdoc/" + mdoc.slot, mdoc.encode()));
  return {};
}

Result<std::vector<MdocRecord>> Phone::Impl::accept_mdocs(const std::vector<Bytes>& issued,
                                                          const std::vector<std::string>& slots) {
  if (issued.size() != slots.size()) return Error{Reason::MALFORMED, "another number of mdocs than keys"};
  std::vector<MdocRecord> records;
  for (size_t i = 0; i < issued.size(); ++i) {
    TRY_ASSIGN(const auto parsed, mdoc::IssuerSigned::parse(issued[i]));
    TRY_ASSIGN(const auto mso, parsed.mso());
    TRY(mdoc::check_digests(parsed, mso));
    TRY_ASSIGN(const auto key, element->public_key(slots[i]));
    if (!(mso.device_key == key)) return Error{Reason::DEVICE_KEY_MISMATCH, "an mdoc is bound to another key"};
    if (mso.doctype != mdoc::kMncDocType) return Error{Reason::DOCTYPE_MISMATCH, ""};
    records.push_back({slots[i], issued[i], mso.validity.valid_from, mso.validity.valid_until});
  }
  return records;
}

Result<json::Value> Phone::Impl::resume(const Sample& sample) {
  TRY_ASSIGN(CardItem item, any_card());
  TRY(settle_call(item));
  if (item.state == CardState::kEnded) return Error{Reason::PHONE_ENDED, item.cause};
  TRY(ask_state(item));
  if (item.state == CardState::kEnded) return Error{Reason::PHONE_ENDED, item.cause};
  if (item.state != CardState::kSuspended) return Error{Reason::TRANSITION_REFUSED, "the phone is not suspended"};
  TRY(element->public_key(item.auth_slot));  // NEEDS_REPROOF: another face cannot bring the card back (PHN-3)
  // The face first, the keys after it: making keys takes longer than a wrong face deserves.
  const auto binding = crypto::sha256({as_bytes("mitome-resume-1"), as_bytes(item.phone)});
  TRY_ASSIGN(const Pass pass, verify(sample, Purpose::kResume, binding));
  TRY(element->confirm(pass, Purpose::kResume, binding));

  PendingCall call;
  call.kind = CallKind::kResume;
  call.idempotency_key = draw_idempotency_key();
  call.version = item.version;
  const std::string prefix = "r" + call.idempotency_key + "/";
  call.sign_slot = prefix + "sign";
  TRY_ASSIGN(const auto sign_key, element->generate(call.sign_slot, crypto::KeyType::kRsa, certificate_key_use()));
  TRY_ASSIGN(const auto mdoc_keys, make_mdoc_keys(prefix, call.mdoc_slots));
  std::vector<Bytes> all{sign_key.spki()};
  all.insert(all.end(), mdoc_keys.begin(), mdoc_keys.end());
  TRY_ASSIGN(const Bytes attestation, element->attest(as_bytes(call.idempotency_key), encode_spkis(all)));
  call.body = cbor::Writer{}.map(3).text("mdoc").raw(encode_spkis(mdoc_keys)).text("sign").bytes(sign_key.spki())
                  .text("attestation").bytes(attestation).take();
  TRY(agree_to(std::move(call)));
  TRY(finish_call(item));
  return json::Value::object({{"state", state_text(item, clock.now())}});
}

Result<void> Phone::Impl::refresh_if_low(CardItem& item) {
  if (item.state != CardState::kLive || clock.now() < item.active_at || config.profile == Profile::kPin) return {};
  if (item.cause == "move") return {};  // the authority issues nothing until the card is added again
  TRY_ASSIGN(const auto mdocs, wallet.mdocs());
  size_t good = 0;
  for (const MdocRecord& mdoc : mdocs) good += clock.now() + kRefreshBefore < mdoc.valid_until ? 1 : 0;
  if (good * 2 > config.batch_size) return {};
  if (!element->public_key(item.auth_slot)) return {};  // after a new face only a new enrolment gives keys (PHN-3)
  PendingCall call;
  call.kind = CallKind::kRefresh;
  call.idempotency_key = draw_idempotency_key();
  call.version = item.version;
  TRY_ASSIGN(const auto keys_made, make_mdoc_keys("f" + call.idempotency_key + "/", call.mdoc_slots));
  const Bytes array = encode_spkis(keys_made);
  TRY_ASSIGN(const Bytes attestation, element->attest(as_bytes(call.idempotency_key), array));
  call.body = cbor::Writer{}.map(2).text("mdoc").raw(array).text("attestation").bytes(attestation).take();
  TRY(agree_to(std::move(call)));
  return finish_call(item);
}

Result<json::Value> Phone::Impl::delete_card(const Sample& sample) {
  TRY_ASSIGN(CardItem item, any_card());
  TRY(settle_call(item));
  if (item.state == CardState::kEnded) return Error{Reason::PHONE_ENDED, item.cause};
  TRY(ask_state(item));
  if (item.state == CardState::kEnded) return json::Value::object({{"state", "ended"}});
  const auto binding = delete_binding(item);
  TRY_ASSIGN(const Pass pass, verify(sample, Purpose::kDelete, binding));
  TRY(element->confirm(pass, Purpose::kDelete, binding));
  PendingCall call;
  call.kind = CallKind::kDelete;
  call.idempotency_key = draw_idempotency_key();
  call.version = item.version;
  call.body = to_bytes(std::string_view{"{}"});
  TRY(agree_to(std::move(call)));
  TRY(finish_call(item));
  return json::Value::object({{"state", "ended"}});
}

}  // namespace mitome::phone
