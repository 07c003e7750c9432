#include "codec/pem/pem.h"

#include "codec/base64url/base64url.h"

namespace mitome::pem {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";
constexpr size_t kMaxBlocks = 1000;
constexpr size_t kColumns = 64;

Error malformed(const char* what) { return {Reason::MALFORMED, std::string{"PEM: "} + what}; }

/// One block from the front of `rest`, which starts with BEGIN; moves `rest` behind it.
Result<Block> take_block(std::string_view& rest) {
  rest.remove_prefix(kBegin.size());
  const size_t label_end = rest.find(kDashes);
  const size_t line_end = rest.find('\n');
  if (label_end == rest.npos || line_end == rest.npos || label_end > line_end) return malformed("a broken BEGIN line");
  const std::string label{rest.substr(0, label_end)};
  rest.remove_prefix(label_end + kDashes.size());
  const size_t body_end = rest.find(kDashes);
  if (body_end == rest.npos) return malformed("no END line");
  const std::string_view body = rest.substr(0, body_end);
  rest.remove_prefix(body_end);
  const std::string end_line = std::string{kEnd} + label + std::string{kDashes};
  if (!rest.starts_with(end_line)) return malformed("an END line with another label");
  rest.remove_prefix(end_line.size());
  TRY_ASSIGN(Bytes der, base64url::decode_standard(body));
  if (der.empty()) return malformed("an empty block");
  return Block{label, std::move(der)};
}

}  // namespace

std::string encode(std::string_view label, ByteView der) {
  const std::string body = base64url::encode_standard(der);
  std::string out = std::string{kBegin} + std::string{label} + "-----\n";
  for (size_t at = 0; at < body.size(); at += kColumns) {
    out += body.substr(at, kColumns);
    out += '\n';
  }
  return out + std::string{kEnd} + std::string{label} + "-----\n";
}

Result<std::vector<Block>> decode(std::string_view text) {
  std::vector<Block> out;
  for (;;) {
    const size_t begin = text.find(kBegin);
    if (begin == text.npos) break;
    if (out.size() == kMaxBlocks) return Error{Reason::LIMIT_EXCEEDED, "PEM: over 1000 blocks"};
    text.remove_prefix(begin);
    TRY_ASSIGN(Block block, take_block(text));
    out.push_back(std::move(block));
  }
  if (out.empty()) return malformed("no block");
  return out;
}

Result<Bytes> decode_one(std::string_view text, std::string_view label) {
  TRY_ASSIGN(std::vector<Block> blocks, decode(text));
  for (Block& block : blocks)
    if (block.label == label) return std::move(block.der);
  return Error{Reason::MALFORMED, "PEM: no block " + std::string{label}};
}

}  // namespace mitome::pem
