#include "bench/measure.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>

#include "base/check.h"

namespace mitome::bench {
namespace {

double median_of(std::vector<double> values) {
  CHECK(!values.empty());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double microseconds_of(clockid_t clock) {
  timespec time{};
  CHECK(clock_gettime(clock, &time) == 0);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

}  // namespace

double cpu_now() { return microseconds_of(CLOCK_THREAD_CPUTIME_ID); }
double wall_now() { return microseconds_of(CLOCK_MONOTONIC); }

void Group::add(std::string name, size_t times, std::function<void()> run) {
  cases_.push_back({std::move(name), times, std::move(run), {}});
}

void Group::measure(size_t rounds) {
  for (Case& one : cases_) one.run();  // caches warm, algorithms fetched
  for (size_t round = 0; round < rounds; ++round)
    for (Case& one : cases_) {
      const double begin = now_();
      for (size_t i = 0; i < one.times; ++i) one.run();
      one.rounds.push_back((now_() - begin) / static_cast<double>(one.times));
    }
}

const Group::Case& Group::find(const std::string& name) const {
  for (const Case& one : cases_)
    if (one.name == name) return one;
  CHECK(!"no such case");
  return cases_.front();
}

double Group::median(const std::string& name) const { return median_of(find(name).rounds); }

double Group::reach(const std::string& ours, const std::string& limit) const {
  const auto& a = find(limit).rounds;
  const auto& b = find(ours).rounds;
  std::vector<double> ratios;
  for (size_t i = 0; i < a.size(); ++i) ratios.push_back(a[i] / b[i]);
  return median_of(ratios);
}

void print_against_limit(const Group& group, const std::string& ours, const std::string& limit, double target) {
  const double reach = group.reach(ours, limit);
  std::printf("  %-34s %9.1f us %9.0f/s   limit %9.1f us   ratio %.2f (target %.2f%s)\n", ours.c_str(),
              group.median(ours), 1e6 / group.median(ours), group.median(limit), reach, target,
              reach >= target ? "" : ", MISSED");
}

void print_beside_limit(const Group& group, const std::string& ours, const std::string& limit) {
  std::printf("  %-44s %9.2f us %9.0f/s   limit %9.2f us   ratio %.2f\n", ours.c_str(), group.median(ours),
              1e6 / group.median(ours), group.median(limit), group.reach(ours, limit));
}

std::map<std::string, double> read_peers(const std::string& path) {
  std::map<std::string, double> out;
  std::ifstream file{path};
  std::string name;
  for (double value = 0; file >> name >> value;) out[name] = value;
  return out;
}

}  // namespace mitome::bench
