// Ratios in one process: the cases of a group take turns, round by round, so that what the machine does to one it does
// to all.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace mitome::bench {

/// CPU time of this thread in microseconds.
double cpu_now();
/// For what waits for a disk or for another process: microseconds by the wall clock.
double wall_now();

/// Cases that are compared with each other.
class Group {
 public:
  explicit Group(double (*now)() = cpu_now) : now_(now) {}
  /// `run` does one piece of work; it is run `times` in a round.
  void add(std::string name, size_t times, std::function<void()> run);
  void measure(size_t rounds);

  /// Median over the rounds, microseconds for one piece.
  double median(const std::string& name) const;
  /// Median over the rounds of limit / ours: 1.00 is the limit itself.
  double reach(const std::string& ours, const std::string& limit) const;

 private:
  struct Case {
    std::string name;
    size_t times;
    std::function<void()> run;
    std::vector<double> rounds;
  };
  const Case& find(const std::string& name) const;
  double (*now_)();
  std::vector<Case> cases_;
};

/// One line of the table: ours, the limit, the ratio, and the target of the design.
void print_against_limit(const Group& group, const std::string& ours, const std::string& limit, double target);
/// The same where the design sets no target.
void print_beside_limit(const Group& group, const std::string& ours, const std::string& limit);

/// Figures of other software, `name value` a line, microseconds; empty without a file.
std::map<std::string, double> read_peers(const std::string& path);

}  // namespace mitome::bench
