#include "render/text_drawing.h"

// LeakSanitizer looks when the process ends: Fontconfig keeps its caches until then, and Cairo 1.16 forgets a table of each CFF font that
// it embeds. Theirs, not ours, and here so that every program that draws has it. Without the sanitizer nobody calls this.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig.so\nleak:libcairo.so\n"; }

namespace mitome::render {

void begin_text_drawing() {}

}  // namespace mitome::render
