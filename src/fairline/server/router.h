// Finds the operation of a request and hands it over; answers what no operation wants.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "fairline/server/middleware/exchange.h"
#include "fairline/server/middleware/workers.h"
#include "fairline/server/routes/routes.h"

namespace fairline {

class Router : public HttpService {
 public:
  /// The workers outlive it.
  Router(const Services& services, Workers& workers);

  size_t BodyLimit(const Request& head) const override;
  void Handle(const Request& request, Responder responder) override;
  Response Refuse(const Request& head, int status, std::string_view message) override;

 private:
  void Dispatch(const Route& route, std::shared_ptr<Exchange> exchange);
  Response NoSuchOperation(const Request& request, std::string_view request_id) const;

  const Services services_;
  Workers& workers_;
  OperationMetrics unmatched_;                              // operation "none"
  std::vector<std::unique_ptr<OperationMetrics>> metrics_;  // in the order of Routes()
};

}  // namespace fairline
