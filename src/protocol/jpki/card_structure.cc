#include "protocol/jpki/card_structure.h"

#include <algorithm>
#include <optional>

#include "codec/tlv/tlv.h"
#include "protocol/jpki/identifiers.h"
#include "protocol/jpki/reader.h"

namespace mitome::jpki {
namespace {

using apdu::ResponseApdu;

constexpr uint16_t kLastFile = 0x001F;  // every file can be named by a short identifier, so none lies behind

std::string tag_text(uint32_t tag) {
  const std::string text = four_digits(static_cast<uint16_t>(tag));
  return tag <= 0xFF ? text.substr(2) : text;
}

/// How many tries are left, or how many bytes wait, is the card's moment and not its structure.
std::string status_text(apdu::StatusWord sw) {
  if ((sw & 0xFFF0) == 0x63C0) return "63CX";
  if ((sw & 0xFF00) == apdu::kMoreData) return "61XX";
  if ((sw & 0xFF00) == apdu::kWrongLe) return "6CXX";
  return four_digits(sw);
}

/// Elements whose length depends on who the holder is: name, address, pictures.
bool tells_of_its_holder(std::string_view application, uint32_t outer, uint32_t tag) {
  if (application == "text") return outer == 0xFF20 && (tag == 0xDF22 || tag == 0xDF23);
  if (outer == 0xFF20) return tag == 0xDF25 || tag == 0xDF26 || tag == 0xDF27 || tag == 0xDF2A;
  return outer == 0xFF40 && tag == 0xDF41;
}

/// Tags that card files are known to have. Anything else might be somebody's name read as a tag.
bool may_be_shown(uint32_t tag) { return (tag >= 0xDF21 && tag <= 0xDF5F) || tag == 0x5F4E || tag == 0x5F37; }
bool known_outer(uint32_t tag) {
  return tag == 0xFF10 || tag == 0xFF20 || tag == 0xFF30 || tag == 0xFF40 || tag == 0xFF50 || tag == 0x7F21;
}

/// "FF20 { DF21:8 DF22 DF23 DF24:8 DF25:1 }"
std::string skeleton(std::string_view application, uint16_t file, ByteView content) {
  ByteView rest = content;
  const auto outer = tlv::read(rest);
  if (!outer || !known_outer(outer->tag)) return "of a form not known here";
  std::string out = tag_text(outer->tag);
  if (application == "text" && file == kMyNumberFile) return out + ":" + std::to_string(outer->value.size());
  const auto inner = tlv::read_all(outer->value);
  if (!inner) return out;
  out += " {";
  for (const tlv::Element& element : *inner) {
    if (!may_be_shown(element.tag)) {
      out += " other";
      continue;
    }
    out += " " + tag_text(element.tag);
    if (!tells_of_its_holder(application, outer->tag, element.tag)) out += ":" + std::to_string(element.value.size());
  }
  return out + " }";
}

class Prober {
 public:
  Prober(apdu::ApduChannel& channel, const std::vector<GivenPin>& pins) : channel_(channel), pins_(pins) {}

  Result<CardStructure> run() {
    TRY(before_any_application());
    // The text application before the surface, which its number opens; JPKI, the first of the map, last: 80 FC is its
    // end on a phone.
    const auto map = card_map();
    for (const ApplicationEntry& entry : map.subspan(1)) TRY(application(entry));
    TRY(application(map.front()));
    return std::move(out_);
  }

 private:
  Result<ResponseApdu> ask(ByteView command) {
    TRY_ASSIGN(const Bytes answer, channel_.transmit(command));
    return ResponseApdu::parse(answer);
  }
  Result<ResponseApdu> ask(std::initializer_list<uint8_t> command) {
    return ask(ByteView{command.begin(), command.size()});
  }
  void note(const std::string& question, std::string answer) { out_.probes.push_back({question, std::move(answer)}); }
  /// Status word alone.
  Result<bool> status(const std::string& question, std::initializer_list<uint8_t> command) {
    TRY_ASSIGN(const ResponseApdu answer, ask(command));
    note(question, status_text(answer.sw));
    return answer.ok();
  }
  /// Status word and length.
  Result<void> sized(const std::string& question, std::initializer_list<uint8_t> command) {
    TRY_ASSIGN(const ResponseApdu answer, ask(command));
    note(question,
         status_text(answer.sw) + (answer.data.empty() ? "" : ", " + std::to_string(answer.data.size()) + " bytes"));
    return {};
  }

  Result<void> before_any_application() {
    TRY(status("cold SELECT 00 without data", {0x00, 0xA4, 0x00, 0x00}));
    TRY(status("cold SELECT 3F00", {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00}));
    TRY(status("cold SELECT EF 0006", {0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x06}));
    TRY(status("cold READ BINARY", {0x00, 0xB0, 0x00, 0x00, 0x00}));
    TRY(status("cold VERIFY without data", {0x00, 0x20, 0x00, 0x80}));
    TRY(sized("cold GET CHALLENGE", {0x00, 0x84, 0x00, 0x00, 0x08}));
    TRY(status("cold unknown instruction", {0x00, 0xFE, 0x00, 0x00}));
    return {};
  }

  Result<apdu::StatusWord> select(const ApplicationEntry& application) {
    Bytes command{0x00, 0xA4, 0x04, 0x0C, static_cast<uint8_t>(application.aid.size())};
    append(command, application.aid);
    TRY_ASSIGN(const ResponseApdu answer, ask(command));
    return answer.sw;
  }

  Result<void> application(const ApplicationEntry& application) {
    TRY_ASSIGN(const apdu::StatusWord selected, select(application));
    note(std::string{application.name} + " SELECT", status_text(selected));
    if (selected != apdu::kSuccess) return {};
    TRY(manners(application));
    std::vector<uint16_t> files;
    TRY(find_files(application, files));
    for (const uint16_t file : files) TRY(closed_file(application, file));
    TRY(open_by_pins(application, files));
    TRY(select(application));
    TRY(status(std::string{application.name} + " 80 FC 00 00", {0x80, 0xFC, 0x00, 0x00}));
    return {};
  }

  /// What the application answers before a file is selected.
  Result<void> manners(const ApplicationEntry& application) {
    const std::string name{application.name};
    if (application.name == "jpki") TRY(read_token());
    TRY(select(application));
    TRY(status(name + " READ BINARY without a file", {0x00, 0xB0, 0x00, 0x00, 0x00}));
    TRY(status(name + " VERIFY without a file", {0x00, 0x20, 0x00, 0x80}));
    TRY(status(name + " SELECT 00 without data", {0x00, 0xA4, 0x00, 0x00}));
    TRY(status(name + " SELECT 3F00", {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00}));
    TRY(select(application));
    TRY(sized(name + " GET CHALLENGE 8", {0x00, 0x84, 0x00, 0x00, 0x08}));
    TRY(status(name + " GET CHALLENGE 256", {0x00, 0x84, 0x00, 0x00, 0x00}));
    TRY(sized(name + " GET DATA 5F51", {0x00, 0xCA, 0x5F, 0x51, 0x00}));
    TRY(status(name + " GET DATA 7F21", {0x00, 0xCA, 0x7F, 0x21, 0x00}));
    TRY(status(name + " GET RESPONSE with nothing waiting", {0x00, 0xC0, 0x00, 0x00, 0x00}));
    TRY(status(name + " unknown instruction", {0x00, 0xFE, 0x00, 0x00}));
    TRY(status(name + " unknown instruction of class 80", {0x80, 0xFE, 0x00, 0x00}));
    TRY(status(name + " unknown class", {0xA0, 0xB0, 0x00, 0x00, 0x01}));
    return {};
  }

  Result<void> read_token() {
    const auto info = read_token_info(channel_);
    if (!info && info.error().reason == Reason::CARD_SILENT) return info.error();
    const auto known = {kCardLabel, kAndroidLabel, kPhoneLabel};
    if (info) out_.token = std::find(known.begin(), known.end(), info->label) == known.end() ? "other" : info->label;
    note("jpki token label", info ? out_.token : "cannot be read");
    return {};
  }

  Result<void> find_files(const ApplicationEntry& application, std::vector<uint16_t>& files) {
    TRY(select(application));
    for (uint16_t file = 1; file <= kLastFile; ++file) {
      TRY_ASSIGN(const bool there, status(std::string{application.name} + " " + four_digits(file) + " SELECT",
                                          {0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, static_cast<uint8_t>(file)}));
      if (there) files.push_back(file);
    }
    return {};
  }

  /// What a file answers before any PIN.
  Result<void> closed_file(const ApplicationEntry& application, uint16_t file) {
    TRY(select(application));
    const std::string name = std::string{application.name} + " " + four_digits(file);
    TRY(read_binary(application, file, name));
    const auto short_id = static_cast<uint8_t>(0x80 | file);
    TRY(status(name + " READ BINARY by short identifier", {0x00, 0xB0, short_id, 0x00, 0x01}));
    TRY(status(name + " READ BINARY at 7FFF", {0x00, 0xB0, 0x7F, 0xFF, 0x01}));
    TRY(sized(name + " READ RECORD 1", {0x00, 0xB2, 0x01, 0x04, 0x00}));
    TRY(status(name + " READ RECORD 9", {0x00, 0xB2, 0x09, 0x04, 0x00}));
    TRY(status(name + " VERIFY without data", {0x00, 0x20, 0x00, 0x80}));
    TRY(status(name + " VERIFY without data, by short identifier", {0x00, 0x20, 0x00, short_id}));
    return {};
  }

  /// The first part alone, and then the whole if it is of tagged elements.
  Result<void> read_binary(const ApplicationEntry& application, uint16_t file, const std::string& name) {
    TRY(select_file(channel_, file));
    TRY_ASSIGN(const ResponseApdu head, ask({0x00, 0xB0, 0x00, 0x00, 0x04}));
    std::string answer = status_text(head.sw);
    if (head.data.size() == 4) {
      const FileEntry* entry = application.find(file);
      if (application.name == "jpki" && head.data[0] == 0x30) {
        answer += ", a DER object";
      } else if (application.name == "jpki" || (entry != nullptr && entry->use != FileUse::kData)) {
        answer += ", bytes";
      } else {
        const auto content = read_file(channel_, file);
        if (!content && content.error().reason == Reason::CARD_SILENT) return content.error();
        answer += ", " + (content ? skeleton(application.name, file, *content) : "of a form not known here");
      }
    } else if (!head.data.empty()) {
      answer += ", " + std::to_string(head.data.size()) + " bytes";
    }
    note(name + " READ BINARY", std::move(answer));
    return {};
  }

  Result<void> open_by_pins(const ApplicationEntry& application, const std::vector<uint16_t>& files) {
    for (const GivenPin& given : pins_) {
      if (given.application != &application) continue;
      TRY(open_by(application, files, given.file, *given.pin));
      if (application.name == "text") remember_number();
    }
    if (application.name == "surface" && my_number_) TRY(open_by(application, files, kSurfaceNumberAPin, *my_number_));
    return {};
  }

  Result<void> open_by(const ApplicationEntry& application, const std::vector<uint16_t>& files, uint16_t pin_file,
                       const crypto::Pin& pin) {
    TRY(select(application));
    TRY(verify_pin(channel_, pin_file, pin));
    const std::string after = std::string{application.name} + " after " + four_digits(pin_file) + ": ";
    TRY(status(after + "VERIFY without data", {0x00, 0x20, 0x00, 0x80}));
    for (const uint16_t file : files) {
      const FileEntry* entry = application.find(file);
      if (entry != nullptr && (entry->use == FileUse::kPin || entry->use == FileUse::kKey)) continue;
      TRY(read_binary(application, file, after + four_digits(file)));
      TRY(sized(after + four_digits(file) + " READ RECORD 1", {0x00, 0xB2, 0x01, 0x04, 0x00}));
    }
    return {};
  }

  /// The My Number opens the surface (照合番号A); it stays in here.
  void remember_number() {
    const auto file = read_bytes(channel_, kMyNumberFile, kMyNumberFileSize);
    const auto digits = file ? parse_my_number(*file) : Result<std::string>{file.error()};
    if (!digits) return;
    if (auto number = crypto::Pin::from_command(as_bytes(*digits))) my_number_.emplace(std::move(*number));
  }

  apdu::ApduChannel& channel_;
  const std::vector<GivenPin>& pins_;
  CardStructure out_;
  std::optional<crypto::Pin> my_number_;
};

}  // namespace

Result<CardStructure> probe_card(apdu::ApduChannel& channel, const std::vector<GivenPin>& pins) {
  return Prober{channel, pins}.run();
}

std::vector<Difference> differences(const CardStructure& theirs, const CardStructure& ours) {
  const auto answer = [](const CardStructure& structure, const std::string& question) {
    const auto found = std::find_if(structure.probes.begin(), structure.probes.end(),
                                    [&](const Probe& probe) { return probe.question == question; });
    return found == structure.probes.end() ? std::string{} : found->answer;
  };
  std::vector<Difference> out;
  for (const Probe& probe : theirs.probes)
    if (const std::string other = answer(ours, probe.question); other != probe.answer)
      out.push_back({probe.question, probe.answer, other});
  for (const Probe& probe : ours.probes)
    if (answer(theirs, probe.question).empty()) out.push_back({probe.question, "", probe.answer});
  return out;
}

}  // namespace mitome::jpki
