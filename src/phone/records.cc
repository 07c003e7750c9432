#include "phone/records.h"

#include "codec/cbor/reader.h"
#include "codec/cbor/writer.h"

namespace mitome::phone {
namespace {

constexpr uint64_t kRecordVersion = 1;

/// Takes the fields of a record one after the other. The first failure sticks and is told by finish().
class Fields {
 public:
  Fields(const cbor::Document& document, size_t count) : array_(document.root()) {
    if (!array_.is(cbor::Type::kArray) || array_.size() != count + 1) fail("a record of another form");
    else if (number() != kRecordVersion) fail("a record of another version");
  }

  uint64_t number() { return take<uint64_t>([](const cbor::Value& value) { return value.as_uint(); }); }
  int64_t integer() { return take<int64_t>([](const cbor::Value& value) { return value.as_int(); }); }
  Instant instant() { return instant_from_unix(integer()); }
  std::string text() {
    return std::string{take<std::string_view>([](const cbor::Value& value) { return value.as_text(); })};
  }
  Bytes bytes() {
    return to_bytes(take<ByteView>([](const cbor::Value& value) { return value.as_bytes(); }));
  }
  std::vector<std::string> texts() {
    std::vector<std::string> out;
    const auto list = next();
    if (!list) return out;
    for (size_t i = 0; i < list->size(); ++i) {
      const auto item = list->at(i);
      const auto value = item ? item->as_text() : Result<std::string_view>{item.error()};
      if (value) out.emplace_back(*value);
      else fail(value.error().detail);
    }
    return out;
  }
  template <typename Enum>
  Enum choice(Enum last) {
    const uint64_t value = number();
    if (value > static_cast<uint64_t>(last)) fail("a record with an unknown choice");
    return static_cast<Enum>(value);
  }

  Result<void> finish() const {
    if (failed_) return Error{Reason::MALFORMED, detail_};
    return {};
  }

 private:
  std::optional<cbor::Value> next() {
    if (failed_) return std::nullopt;
    auto value = array_.at(index_++);
    if (value) return *value;
    fail(value.error().detail);
    return std::nullopt;
  }
  template <typename T, typename Read>
  T take(Read read) {
    const auto value = next();
    if (!value) return T{};
    const Result<T> taken = read(*value);
    if (taken) return *taken;
    fail(taken.error().detail);
    return T{};
  }
  void fail(std::string detail) {
    if (!failed_) detail_ = std::move(detail);
    failed_ = true;
  }

  cbor::Value array_;
  size_t index_ = 0;
  bool failed_ = false;
  std::string detail_;
};

cbor::Writer record(size_t count) {
  cbor::Writer out;
  out.array(count + 1).uint(kRecordVersion);
  return out;
}

void write_texts(cbor::Writer& out, const std::vector<std::string>& texts) {
  out.array(texts.size());
  for (const std::string& text : texts) out.text(text);
}

}  // namespace

Bytes CardItem::encode() const {
  cbor::Writer out = record(13);
  out.text(phone).uint(version).uint(static_cast<uint64_t>(state)).text(cause);
  out.integer(to_unix(added_at)).integer(to_unix(active_at));
  out.bytes(auth_certificate).bytes(sign_certificate).bytes(auth_ca).bytes(sign_ca);
  out.text(instance_slot).text(auth_slot).text(sign_slot);
  return out.take();
}

Result<CardItem> CardItem::parse(ByteView bytes) {
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes));
  Fields in{document, 13};
  CardItem item;
  item.phone = in.text();
  item.version = in.number();
  item.state = in.choice(CardState::kEnded);
  item.cause = in.text();
  item.added_at = in.instant();
  item.active_at = in.instant();
  item.auth_certificate = in.bytes();
  item.sign_certificate = in.bytes();
  item.auth_ca = in.bytes();
  item.sign_ca = in.bytes();
  item.instance_slot = in.text();
  item.auth_slot = in.text();
  item.sign_slot = in.text();
  TRY(in.finish());
  return item;
}

Bytes MdocRecord::encode() const {
  cbor::Writer out = record(4);
  out.text(slot).bytes(issuer_signed).integer(to_unix(valid_from)).integer(to_unix(valid_until));
  return out.take();
}

Result<MdocRecord> MdocRecord::parse(ByteView bytes) {
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes));
  Fields in{document, 4};
  MdocRecord mdoc;
  mdoc.slot = in.text();
  mdoc.issuer_signed = in.bytes();
  mdoc.valid_from = in.instant();
  mdoc.valid_until = in.instant();
  TRY(in.finish());
  return mdoc;
}

Bytes Enrolment::encode() const {
  cbor::Writer out = record(12);
  out.uint(static_cast<uint64_t>(step)).text(session).bytes(nonce).text(motion).integer(to_unix(expires));
  out.text(slots).bytes(keys).bytes(card).bytes(signature).bytes(evidence).text(holder);
  write_texts(out, motions);
  return out.take();
}

Result<Enrolment> Enrolment::parse(ByteView bytes) {
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes));
  Fields in{document, 12};
  Enrolment enrolment;
  enrolment.step = in.choice(EnrolmentStep::kWaiting);
  enrolment.session = in.text();
  enrolment.nonce = in.bytes();
  enrolment.motion = in.text();
  enrolment.expires = in.instant();
  enrolment.slots = in.text();
  enrolment.keys = in.bytes();
  enrolment.card = in.bytes();
  enrolment.signature = in.bytes();
  enrolment.evidence = in.bytes();
  enrolment.holder = in.text();
  enrolment.motions = in.texts();
  TRY(in.finish());
  return enrolment;
}

Bytes PendingCall::encode() const {
  cbor::Writer out = record(6);
  out.uint(static_cast<uint64_t>(kind)).text(idempotency_key).uint(version).bytes(body).text(sign_slot);
  write_texts(out, mdoc_slots);
  return out.take();
}

Result<PendingCall> PendingCall::parse(ByteView bytes) {
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes));
  Fields in{document, 6};
  PendingCall call;
  call.kind = in.choice(CallKind::kDelete);
  call.idempotency_key = in.text();
  call.version = in.number();
  call.body = in.bytes();
  call.sign_slot = in.text();
  call.mdoc_slots = in.texts();
  TRY(in.finish());
  return call;
}

Bytes encode_other(const OtherItem& item) {
  cbor::Writer out = record(6);
  out.text(item.kind).text(item.id).text(item.name).text(item.name_ja).text(item.number).integer(item.balance);
  return out.take();
}

Result<OtherItem> parse_other(ByteView bytes) {
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes));
  Fields in{document, 6};
  OtherItem item;
  item.kind = in.text();
  item.id = in.text();
  item.name = in.text();
  item.name_ja = in.text();
  item.number = in.text();
  item.balance = in.integer();
  TRY(in.finish());
  return item;
}

Bytes encode_activity(const Activity& activity) {
  cbor::Writer out = record(9);
  out.integer(to_unix(activity.at)).text(activity.kind).text(activity.party);
  out.array(activity.elements.size() * 2);
  for (const auto& [name_space, element] : activity.elements) out.text(name_space).text(element);
  out.text(activity.service).text(activity.stored).text(activity.stored_ja);
  out.uint(activity.simulated ? 1 : 0).text(activity.answer);
  return out.take();
}

Result<Activity> parse_activity(ByteView bytes) {
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes));
  Fields in{document, 9};
  Activity activity;
  activity.at = in.instant();
  activity.kind = in.text();
  activity.party = in.text();
  const std::vector<std::string> names = in.texts();
  for (size_t i = 0; i + 1 < names.size(); i += 2) activity.elements.emplace_back(names[i], names[i + 1]);
  activity.service = in.text();
  activity.stored = in.text();
  activity.stored_ja = in.text();
  activity.simulated = in.number() == 1;
  activity.answer = in.text();
  TRY(in.finish());
  return activity;
}

}  // namespace mitome::phone
