// Ctrl-C and SIGTERM for commands that run until they are told to end.
#pragma once

#include <atomic>

namespace mitome::apps {

/// From now on SIGINT and SIGTERM set the flag that is returned, and do nothing else. A second call returns the same.
std::atomic<bool>& stop_on_signals();

}  // namespace mitome::apps
