#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "apps/cli.h"
#include "apps/web/web_town.h"

namespace mitome::apps {
namespace {

struct Options {
  web::WebTownOptions town;
  bool fresh = false;
};

constexpr const char* kHelp =
    "Starts every place of the town on this machine, each at its own address, and prints the address of the front page.\n"
    "Stops on Ctrl-C; what happened is kept in the data folder and is there again at the next start.\n\n"
    "  --data DIR          the folder (otherwise $XDG_DATA_HOME/mitome or ~/.local/share/mitome). Its chips/ stands for\n"
    "                      silicon that nobody can read in life; its keys/ is encrypted.\n"
    "  --fresh             moves the folder's old content aside and starts a new town, at 10:00 Japan time\n"
    "  --port N            the first of ten ports (8700)\n"
    "  --date YYYY-MM-DD   the day on which a new town begins (2026-06-01); on 2025-06-23 no phone is accepted anywhere yet\n"
    "  --reader NAME       a real PC/SC reader: what lies there is read where nothing was laid on a reader in the pages\n"
    "  --public-url URL    https://NAME: the town for other devices in the network, over TLS by a root of its own\n"
    "                      (docs/real-phone.md); with --listen 0.0.0.0. Whoever reaches it can play every part: trust the network.\n"
    "  --listen ADDRESS    where it listens (127.0.0.1)\n"
    "  --require-webauthn  no simulated face or finger: the browser's own authenticator must do it\n\n"
    "Exit codes: 0 stopped by Ctrl-C, 2 a port or the folder is in use, 64 wrong usage.\n\n"
    "Examples:\n"
    "  mitome town\n"
    "  mitome town --data town --port 9700\n"
    "  mitome town --json | jq -r .url";

std::string default_folder() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/') return std::string{data} + "/mitome";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') return std::string{home} + "/.local/share/mitome";
  return "mitome-data";
}

/// The folder's content under another name beside it: nothing is deleted that somebody may want.
Result<void> set_aside(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::exists(folder, error) || fs::is_empty(folder, error)) return {};
  if (!fs::exists(folder + "/town.lock", error)) return Error{Reason::USAGE, folder + " holds no town; name an empty folder"};
  fs::remove_all(folder + ".old", error);
  if (!error) fs::rename(folder, folder + ".old", error);
  if (error) return Error{Reason::STORAGE_FAILED, "cannot set " + folder + " aside: " + error.message()};
  return {};
}

void wait_for_interrupt() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  int received = 0;
  sigwait(&signals, &received);
}

/// In every thread: the signals wait for wait_for_interrupt().
void hold_interrupts() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void serve(Cli& cli, Options options) {
  if (const auto fit = web::check_options(options.town); !fit) return cli.fail(fit.error());  // before --fresh moves anything
  if (options.town.data.empty()) options.town.data = default_folder();
  if (options.fresh)
    if (const auto done = set_aside(options.town.data); !done) return cli.fail(done.error());
  hold_interrupts();
  auto town = web::WebTown::open(options.town);
  if (!town) return cli.fail(town.error());
  const std::string url = (*town)->url(), root = (*town)->root_url(), fingerprint = (*town)->root_fingerprint();
  json::Value said = json::Value::object({{"url", url}, {"port", options.town.first_port}, {"data", options.town.data}});
  std::string trust;
  if (!root.empty()) {
    said.set("root_url", root).set("root_sha256", fingerprint);
    trust = std::string{cli.say("Have each device trust: ", "各端末で信頼する証明書: ")} + root + "\nSHA-256 " + fingerprint + "\n";
  }
  cli.print(said,
            std::string{cli.say("The town is open: ", "町が開きました: ")} + url + "\n" + trust +
                std::string{cli.say("Data: ", "データ: ")} + options.town.data + "\n" +
                std::string{cli.say("Stop with Ctrl-C.", "終了は Ctrl-C です。")});
  std::fflush(stdout);
  wait_for_interrupt();
  town->reset();
  if (!cli.json) cli.print({}, cli.say("The town is closed; its data is kept.", "町を閉じました。データは残っています。"));
}

}  // namespace

void register_town_command(CLI::App& app, Cli& cli) {
  auto options = std::make_shared<Options>();  // shared: CLI11 keeps copies of the callback
  CLI::App* town = app.add_subcommand("town", "The town in the browser: phone, portal, kiosk, counter, clinic, tax office, desk");
  town->footer(kHelp);
  town->add_option("--data", options->town.data, "Folder that remembers the town")->option_text("DIR");
  town->add_flag("--fresh", options->fresh, "Start a new town; the old one is set aside as DIR.old");
  town->add_option("--port", options->town.first_port, "First of ten ports")->check(CLI::Range(1024, 65'500))->option_text("N");
  town->add_option("--pages", options->town.pages, "Read the pages from this folder while writing them")->option_text("DIR");
  town->add_option("--date", options->town.start_date, "First day of a new town")->option_text("YYYY-MM-DD");
  town->add_option("--reader", options->town.reader, "A real PC/SC reader")->option_text("NAME");
  town->add_option("--public-url", options->town.public_url, "Where other devices find the town")->option_text("URL");
  town->add_option("--listen", options->town.listen, "Address to listen on")->option_text("ADDRESS");
  town->add_flag("--require-webauthn", options->town.require_webauthn, "No simulated face or finger");
  town->callback([&cli, options] { serve(cli, *options); });
}

}  // namespace mitome::apps
