#include "apps/card/apdu_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "base/hex.h"
#include "net/system_clock.h"

namespace mitome::apps {
namespace {

struct Meaning {
  apdu::StatusWord sw;
  std::string_view en, ja;
};

constexpr Meaning kMeanings[] = {
    {apdu::kSuccess, "done", "正常"},
    {apdu::kEndOfFile, "the file ends here", "ファイルの終わり"},
    {apdu::kMemoryFailure, "the chip could not store it", "書き込み失敗"},
    {apdu::kWrongLength, "wrong length", "長さの誤り"},
    {0x6882, "no secure messaging", "セキュアメッセージング非対応"},
    {apdu::kLastCommandExpected, "the chain of commands is broken", "コマンドの連結が途切れた"},
    {apdu::kIncompatibleFile, "not for this kind of file", "ファイルの種類が違う"},
    {apdu::kSecurityStatus, "not allowed: its PIN was not verified", "未許可（暗証番号の照合がまだ）"},
    {apdu::kBlocked, "the PIN is locked", "暗証番号はロック中"},
    {apdu::kReferenceInvalidated, "the PIN is locked", "暗証番号はロック中"},
    {apdu::kConditions, "not in this state, or not with these data", "条件が整っていない"},
    {apdu::kNoCurrentFile, "no file is selected", "ファイルが未選択"},
    {apdu::kWrongData, "wrong data", "データの誤り"},
    {apdu::kFileNotFound, "not there", "存在しない"},
    {apdu::kRecordNotFound, "no such record", "レコードが存在しない"},
    {apdu::kWrongParameters, "wrong P1 or P2", "P1・P2の誤り"},
    {apdu::kDataNotFound, "no such data", "データが存在しない"},
    {apdu::kWrongOffset, "behind the end of the file", "オフセットが範囲外"},
    {apdu::kUnknownInstruction, "unknown instruction", "未知の命令"},
    {apdu::kUnknownClass, "unknown class", "未知のクラス"},
};

std::string meaning_of(const jpki::Exchange& told, const Cli& cli) {
  if (told.sw == 0) return std::string{cli.say("no answer", "応答なし")};
  std::string out = jpki::four_digits(told.sw) + " ";
  if (const auto left = told.tries_left()) {
    if (told.sent > 0) out += cli.say("wrong; ", "照合失敗、");
    return out + std::string{cli.say("tries left: ", "残り回数: ")} + std::to_string(*left);
  }
  if ((told.sw & 0xFF00) == apdu::kMoreData) return out + std::string{cli.say("more to fetch", "続きあり")};
  if ((told.sw & 0xFF00) == apdu::kWrongLe) return out + std::string{cli.say("wrong Le", "Leの誤り")};
  for (const Meaning& known : kMeanings)
    if (known.sw == told.sw) return out + std::string{cli.say(known.en, known.ja)};
  out.pop_back();
  return out;
}

std::string subject_of(const jpki::Exchange& told, const Cli& cli) {
  const jpki::ApplicationEntry* application = told.application;
  if (application == nullptr) return told.file ? " (" + jpki::four_digits(*told.file) + ")" : "";
  const std::string name{application->name};
  if (!told.file) return " (" + name + ")";
  const jpki::FileEntry* entry = told.entry();
  return (entry == nullptr ? "" : " " + std::string{cli.say(entry->en, entry->ja)}) + " (" + name + " " +
         jpki::four_digits(*told.file) + ")";
}

std::string_view name_of(jpki::SignedForm form) {
  switch (form) {
    case jpki::SignedForm::kDigestInfo:
      return "digest-info";
    case jpki::SignedForm::kDigest:
      return "digest";
    default:
      return "";
  }
}

std::string_view say_form(jpki::SignedForm form, const Cli& cli) {
  switch (form) {
    case jpki::SignedForm::kDigestInfo:
      return cli.say(", over a DigestInfo of SHA-256", "、SHA-256のDigestInfoに対して");
    case jpki::SignedForm::kDigest:
      return cli.say(", over 32 bytes as a bare digest has", "、ハッシュ値だけらしい32バイトに対して");
    default:
      return "";
  }
}

Result<uint16_t> number_at(const json::Value& line, std::string_view name) {
  TRY_ASSIGN(const std::string text, line.string_at(name));
  const auto bytes = from_hex(text);
  if (!bytes || bytes->size() != 2)
    return Error{Reason::MALFORMED, std::string{name} + " is not of four hexadecimal digits"};
  return static_cast<uint16_t>((*bytes)[0] << 8 | (*bytes)[1]);
}

}  // namespace

std::string exchange_text(const jpki::Exchange& told, const Cli& cli) {
  std::string out =
      told.instruction.empty() ? std::string{cli.say("unknown command", "未知のコマンド")} : told.instruction;
  out += subject_of(told, cli);
  out += say_form(told.signs, cli);
  out += ": ";
  if (told.received > 0) out += std::to_string(told.received) + std::string{cli.say(" bytes, ", "バイト、")};
  return out + meaning_of(told, cli) + "  [" + told.command + "]";
}

json::Value exchange_json(const jpki::Exchange& told) {
  json::Value out = json::Value::object({{"command", told.command}});
  if (!told.instruction.empty()) out.set("instruction", told.instruction);
  if (told.application != nullptr) out.set("application", told.application->name);
  if (told.file) out.set("file", jpki::four_digits(*told.file));
  if (const jpki::FileEntry* entry = told.entry()) out.set("file_name", entry->en);
  if (told.signs != jpki::SignedForm::kOther) out.set("signs", name_of(told.signs));
  out.set("sent", static_cast<int64_t>(told.sent)).set("received", static_cast<int64_t>(told.received));
  if (!told.response.empty()) out.set("response", told.response);
  return out.set("sw", jpki::four_digits(told.sw));
}

Result<jpki::Exchange> exchange_from_json(const json::Value& line) {
  jpki::Exchange told;
  TRY_ASSIGN(told.command, line.string_at("command"));
  TRY_ASSIGN(told.sw, number_at(line, "sw"));
  TRY_ASSIGN(const int64_t sent, line.int_at("sent"));
  TRY_ASSIGN(const int64_t received, line.int_at("received"));
  told.sent = static_cast<size_t>(std::max<int64_t>(0, sent));
  told.received = static_cast<size_t>(std::max<int64_t>(0, received));
  told.instruction = line.string_or("instruction", "");
  told.response = line.string_or("response", "");
  if (line.find("file") != nullptr) {
    TRY_ASSIGN(told.file, number_at(line, "file"));
  }
  for (const jpki::ApplicationEntry& entry : jpki::card_map())
    if (entry.name == line.string_or("application", "")) told.application = &entry;
  for (const auto form : {jpki::SignedForm::kDigestInfo, jpki::SignedForm::kDigest})
    if (name_of(form) == line.string_or("signs", "")) told.signs = form;
  return told;
}

Result<std::unique_ptr<ApduLog>> ApduLog::open(const std::string& path, const Cli& cli, std::string card) {
  if (path == "-") return std::unique_ptr<ApduLog>{new ApduLog{STDERR_FILENO, false, cli, std::move(card)}};
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return Error{Reason::STORAGE_FAILED, "cannot write " + path};
  return std::unique_ptr<ApduLog>{new ApduLog{file, true, cli, std::move(card)}};
}

ApduLog::ApduLog(int file, bool own, const Cli& cli, std::string card)
    : file_(file), own_(own), cli_(cli), card_(std::move(card)), begin_(net::SystemClock{}.now()) {}

/// RFC 3339 in UTC with milliseconds.
std::string ApduLog::time_now() const {
  const auto passed = std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun_);
  const auto whole = std::chrono::floor<Seconds>(passed);
  std::string text = to_rfc3339(begin_ + whole);
  std::string fraction = std::to_string(1000 + (passed - whole).count());
  fraction.front() = '.';
  return text.insert(text.size() - 1, fraction);
}

ApduLog::~ApduLog() {
  if (own_) close(file_);
}

void ApduLog::write(json::Value line, const std::string& text) {
  std::string out;
  if (own_ || cli_.json) {
    json::Value whole = json::Value::object({{"time", time_now()}, {"card", card_}});
    for (const auto& [name, member] : line.members()) whole.set(name, member);
    out = whole.dump();
  } else {
    const std::string time = time_now();
    out = time.substr(time.find('T') + 1, 12) + "  " + text;
  }
  out += '\n';
  // One call a line, so that two cards' lines do not mix.
  if (::write(file_, out.data(), out.size()) == static_cast<ssize_t>(out.size()) || failed_) return;
  failed_ = true;
  std::fputs("mitome: STORAGE_FAILED: the log of APDUs cannot be written any more\n", stderr);
}

void ApduLog::exchanged(ByteView command, ByteView response) {
  const jpki::Exchange told = reader_.read(command, response);
  write(exchange_json(told), exchange_text(told, cli_));
}

void ApduLog::powered() {
  reader_.reset();
  write(json::Value::object({{"event", "power"}}), std::string{cli_.say("power off and on", "電源の入れ直し")});
}

Result<Bytes> LoggedChannel::transmit(ByteView command) {
  auto response = inner_.transmit(command);
  if (log_ != nullptr) log_->exchanged(command, response ? ByteView{*response} : ByteView{});
  return response;
}

}  // namespace mitome::apps
