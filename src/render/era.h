// Dates as Japanese papers write them: 令和8年6月1日.
#pragma once

#include <string>

#include "base/time.h"

namespace mitome::render {

/// Eras from 明治 on, 元年 for the first year; before 1873, when the calendar changed, the common year alone.
std::string era_date(Date date);

/// YYMMDD with the year of the era, as the secrets printed on a card have it; the common year's last digits where no era is known.
std::string era_digits(Date date);

}  // namespace mitome::render
