// The help in Japanese. English stands where a command is defined; this is its translation, by command and option.
#pragma once

namespace CLI {
class App;
}

namespace mitome::apps {

/// Descriptions and footers of everything registered so far, and the labels around them. What has no translation stays
/// English; tests/interop/card finds it. Examples are taken over as they are.
void speak_japanese(CLI::App& app);

}  // namespace mitome::apps
