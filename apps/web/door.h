// What stands between a place's socket and its routes: pages, the headers that browsers obey, and who may post.
#pragma once

#include <functional>
#include <string>

#include "apps/web/pages.h"

namespace mitome::web {

struct DoorPlan {
  std::string place;
  std::string origin;                ///< of the place
  std::vector<std::string> may_lead; ///< other origins that a form or redirection may lead to
  /// Before the names of this place's cookies, where places share a host: browsers tell cookies apart by host and not by port (RFC 6265
  /// 8.5). "__Host-" in it has the browser refuse cookies that somebody else set for the place (RFC 6265bis 4.1.3.2).
  std::string cookie_prefix = {};
};

/// A page when there is one of that name, else the place's answer; 403 for a POST that another origin's page sends (threats WEB-5).
http::Response answer(const DoorPlan& plan, const Pages& pages, const http::Request& request,
                      const std::function<http::Response(const http::Request&)>& place);

}  // namespace mitome::web
