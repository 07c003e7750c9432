#pragma once

namespace mitome::render {

/// Before text is drawn: links what every program that draws text has to have (text_drawing.cc).
void begin_text_drawing();

}  // namespace mitome::render
