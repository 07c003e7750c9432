#include "net/pcsc_reader.h"

#include <winscard.h>

namespace mitome::net {
namespace {

constexpr size_t kMaxResponse = 65'538;  // 65536 bytes and the status word
constexpr int kMaxChanges = 8;           // of a reader's state, before we stop waiting

Error error_of(LONG code, std::string_view what) {
  const std::string detail = std::string{what} + ": " + pcsc_stringify_error(code);
  switch (code) {
    case SCARD_E_NO_SMARTCARD:
    case SCARD_W_REMOVED_CARD:
    case SCARD_W_UNPOWERED_CARD:
    case SCARD_W_UNRESPONSIVE_CARD:
    case SCARD_W_RESET_CARD:
    case SCARD_E_NOT_TRANSACTED:
      return {Reason::CARD_SILENT, detail};
    case SCARD_E_SHARING_VIOLATION:
      return {Reason::CONFLICT, detail};
    default:
      return {Reason::UNREACHABLE, detail};
  }
}

/// One conversation with pcscd. Each connection has its own, so that a slow card keeps nobody else waiting.
class Context {
 public:
  Context() = default;
  Context(Context&& other) noexcept : handle_(std::exchange(other.handle_, 0)) {}
  Context& operator=(Context&&) = delete;
  ~Context() {
    if (handle_ != 0) SCardReleaseContext(handle_);
  }
  static Result<Context> establish() {
    Context made;
    if (const LONG code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &made.handle_); code != SCARD_S_SUCCESS) {
      made.handle_ = 0;
      return error_of(code, "pcscd");
    }
    return made;
  }
  SCARDCONTEXT handle() const { return handle_; }

 private:
  SCARDCONTEXT handle_ = 0;
};

class PcscChannel final : public apdu::ApduChannel {
 public:
  PcscChannel(Context context, SCARDHANDLE card, DWORD protocol) : context_(std::move(context)), card_(card), protocol_(protocol) {}
  ~PcscChannel() override { SCardDisconnect(card_, SCARD_UNPOWER_CARD); }
  Result<Bytes> transmit(ByteView command) override {
    const SCARD_IO_REQUEST* request = protocol_ == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
    Bytes response(kMaxResponse);
    DWORD size = response.size();
    const LONG code = SCardTransmit(card_, request, command.data(), command.size(), nullptr, response.data(), &size);
    if (code != SCARD_S_SUCCESS) return Error{Reason::CARD_SILENT, pcsc_stringify_error(code)};
    response.resize(size);
    return response;
  }

 private:
  Context context_;
  SCARDHANDLE card_;
  DWORD protocol_;
};

}  // namespace

Result<std::vector<std::string>> list_pcsc_readers() {
  TRY_ASSIGN(const Context context, Context::establish());
  DWORD size = 0;
  LONG code = SCardListReaders(context.handle(), nullptr, nullptr, &size);
  std::string names(size, '\0');
  if (code == SCARD_S_SUCCESS) code = SCardListReaders(context.handle(), nullptr, names.data(), &size);
  if (code == SCARD_E_NO_READERS_AVAILABLE) return std::vector<std::string>{};
  if (code != SCARD_S_SUCCESS) return error_of(code, "readers");
  std::vector<std::string> all;  // names, each ended by NUL, and one NUL more
  for (size_t at = 0; at < names.size() && names[at] != '\0'; at += all.back().size() + 1) all.emplace_back(names.c_str() + at);
  return all;
}

bool PcscReader::present() {
  return wait_for_card(Seconds{0});
}

bool PcscReader::wait_for_card(Seconds at_most) {
  const auto context = Context::establish();
  if (!context) return false;
  SCARD_READERSTATE state{};
  state.szReader = name_.c_str();
  state.dwCurrentState = SCARD_STATE_UNAWARE;  // so the first answer comes at once, and says how it is
  DWORD wait = 0;
  for (int change = 0; change < kMaxChanges; ++change) {
    if (SCardGetStatusChange(context->handle(), wait, &state, 1) != SCARD_S_SUCCESS) return false;
    if ((state.dwEventState & SCARD_STATE_PRESENT) != 0) return true;
    if (at_most == Seconds{0}) return false;
    state.dwCurrentState = state.dwEventState;
    wait = static_cast<DWORD>(std::chrono::milliseconds{at_most}.count());
  }
  return false;
}

Result<std::unique_ptr<apdu::ApduChannel>> PcscReader::connect() {
  TRY_ASSIGN(Context context, Context::establish());
  SCARDHANDLE card = 0;
  DWORD protocol = 0;
  const LONG code = SCardConnect(context.handle(), name_.c_str(), SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card,
                                 &protocol);
  if (code != SCARD_S_SUCCESS) return error_of(code, name_);
  return std::unique_ptr<apdu::ApduChannel>{std::make_unique<PcscChannel>(std::move(context), card, protocol)};
}

}  // namespace mitome::net
