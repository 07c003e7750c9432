// What is published for everybody at once: a CRL of a million entries, a status list of ten million.
#include <cstdio>

#include "bench/bench.h"
#include "bench/measure.h"
#include "credential/statuslist/status_list.h"
#include "credential/x509/crl.h"
#include "testing/fakes.h"
#include "testing/pki.h"

namespace mitome::bench {

void run_status(const Settings&) {
  constexpr size_t kEntries = 1'000'000, kDocuments = 10'000'000;
  testing::TestCa ca{"CA"};
  const Instant now = testing::FakeClock{}.now();
  testing::SeededRandom random{5};
  std::vector<x509::RevokedEntry> entries;
  for (size_t i = 0; i < kEntries; ++i) entries.push_back({random.bytes(9), now - Days{1}, 1});
  for (auto& entry : entries) entry.serial[0] = static_cast<uint8_t>(entry.serial[0] | 1);
  statuslist::StatusList list{1, kDocuments};
  for (size_t i = 0; i < kDocuments / 100; ++i) list.set(random.below(kDocuments), statuslist::kInvalid);

  Bytes crl, packed;
  Group group;
  group.add("CRL", 1,
            [&] { crl = x509::issue_crl(ca.certificate(), ca.signer(), now, now + Days{1}, 1, entries).value(); });
  group.add("status list", 1, [&] { packed = list.encode(); });
  group.measure(5);
  std::printf("published lists, one core\n");
  std::printf("  CRL of 1,000,000 entries           %9.1f ms, %zu bytes (target: at most 153 ms)\n",
              group.median("CRL") / 1e3, crl.size());
  std::printf("  status list of 10,000,000 entries  %9.1f ms, %zu bytes (target: at most 60 ms)\n",
              group.median("status list") / 1e3, packed.size());
}

}  // namespace mitome::bench
