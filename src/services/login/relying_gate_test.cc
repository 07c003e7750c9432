// The portal at the real gate: every byte between them is there.
#include "services/login/relying_gate.h"

#include <gtest/gtest.h>

#include "services/portal/portal.h"
#include "store/sqlite/sqlite_store.h"
#include "testing/gate_double.h"
#include "testing/gate_world.h"

namespace mitome::services {
namespace {

constexpr std::string_view kOrigin = "http://portal.localhost";

class PortalAtTheGateTest : public ::testing::Test {
 protected:
  PortalAtTheGateTest()
      : party_(world_.portal()),
        gate_(party_),
        store_(store::open_sqlite(":memory:", portal_schema()).value()),
        portal_({std::string{kOrigin}, [](std::string_view) { return Result<void>{}; }}, gate_, *store_, world_.clock, world_.random),
        browser_(std::string{kOrigin}, routes(portal_)) {}

  /// To the gate and back with a wallet's answer: the path at the portal.
  std::string through_the_gate(const std::string& start) {
    const auto going = browser_.post(start);
    sign_what_waits();
    testing::GateBrowser at_gate{world_.network};
    const std::string back = world_.approve(at_gate, going.string_or("url", ""));
    return back.starts_with(kOrigin) ? back.substr(kOrigin.size()) : "/nowhere";
  }

  /// The wallet's document is the one that the portal keeps until it comes back signed.
  void sign_what_waits() {
    ASSERT_TRUE(store_->read([&](store::Transaction& t) -> Result<void> {
      TRY_ASSIGN(const auto rows, t.query("SELECT message FROM signing"));
      if (!rows.empty()) world_.to_sign = rows.front().blob(0);
      return {};
    }));
  }

  testing::GateWorld world_;
  openid::RelyingParty party_;
  RelyingGate gate_;
  std::unique_ptr<store::Store> store_;
  Portal portal_;
  testing::Browser browser_;
};

TEST_F(PortalAtTheGateTest, LogsInAndRegisters) {
  const std::string back = through_the_gate("/api/login");
  EXPECT_EQ(browser_.get(back).header("Location"), "http://portal.localhost/");
  EXPECT_EQ(browser_.read("/api/me").string_or("holder", ""), "phone");
  EXPECT_EQ(browser_.get(back).header("Location"), "http://portal.localhost/?refused=SESSION_EXPIRED");
  EXPECT_EQ(browser_.get(through_the_gate("/api/register")).header("Location"), "http://portal.localhost/?registered=1");
  EXPECT_EQ(browser_.read("/api/me").string_or("name", ""), "黒桐　幹也");
}

TEST_F(PortalAtTheGateTest, ASecondBrowserCannotTakeTheAnswer) {
  const std::string back = through_the_gate("/api/login");
  testing::Browser thief{std::string{kOrigin}, routes(portal_)};
  EXPECT_EQ(thief.get(back).header("Location"), "http://portal.localhost/?refused=SESSION_EXPIRED");
  thief.post("/api/login");  // with a login of its own under way
  EXPECT_EQ(thief.get(back).header("Location"), "http://portal.localhost/?refused=SESSION_BINDING");
}

TEST_F(PortalAtTheGateTest, AnErrorThatAnswersNoLoginOfOursEndsIt) {
  browser_.post("/api/login");
  EXPECT_EQ(browser_.get("/login/callback?error=access_denied&state=none").header("Location"),
            "http://portal.localhost/?refused=SESSION_BINDING");
  EXPECT_EQ(browser_.read("/api/me").bool_at("logged_in").value(), false);
}

}  // namespace
}  // namespace mitome::services
