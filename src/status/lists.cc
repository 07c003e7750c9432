// GET /status/lists/N
#include <charconv>

#include "credential/statuslist/status_list_token.h"
#include "status/status.h"

namespace mitome::status {
namespace {

Result<uint32_t> list_number(std::string_view text) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  // One spelling for each list: its address is what the token says it is about.
  if (error != std::errc{} || end != text.data() + text.size() || std::to_string(number) != text) {
    return Error{Reason::NOT_FOUND, "no such list"};
  }
  return number;
}

statuslist::StatusList to_list(const Bytes& bits) {
  statuslist::StatusList list{1, bits.size() * 8};
  for (size_t i = 0; i < list.size(); ++i) {
    if ((bits[i / 8] >> (i % 8)) & 1) list.set(i, statuslist::kInvalid);
  }
  return list;
}

}  // namespace

Result<Bytes> Status::current_list(uint32_t number) {
  const std::lock_guard lock{mutex_};
  TRY_ASSIGN(const Bytes bits, registry_.status_bits(number));
  const std::string kind = "list-" + std::to_string(number);
  if (const Bytes* last = kept(kind, bits, settings_.list_life)) return *last;
  // A token carries no number; its publication is recorded all the same, before the signature.
  TRY(registry_.next_publication(kind));
  const Instant now = clock_.now();
  const statuslist::TokenInput input{.uri = settings_.base_url + "/status/lists/" + std::to_string(number),
                                     .issued_at = now,
                                     .expires_at = now + settings_.list_life,
                                     .time_to_live = settings_.list_time_to_live};
  auto& signer = list_signer_.signer;
  const auto prepared = statuslist::prepare_token(to_list(bits), input, {list_signer_.certificate}, signer.algorithm());
  TRY_ASSIGN(const Bytes signature, signer.sign(prepared.to_be_signed()));
  Bytes token = statuslist::assemble_token(prepared, signature);
  published_[kind] = {now, bits, token};
  return token;
}

http::Response Status::list(const http::Request& request) {
  const auto number = list_number(http::last_segment(request));
  if (!number) return http::Response::error(number.error());
  auto token = current_list(*number);
  if (!token) return http::Response::error(token.error());
  return http::Response::bytes(std::move(token).value(), statuslist::kMediaType);
}

}  // namespace mitome::status
