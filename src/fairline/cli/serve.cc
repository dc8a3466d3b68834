// `fairline serve`: the server, until SIGTERM or Ctrl-C.
#include <memory>

#include "fairline/cli/commands.h"
#include "fairline/cli/settings.h"
#include "fairline/cli/version.h"
#include "fairline/server/app.h"

namespace fairline {
namespace {

CommandResult Run(Context& context) {
  if (Status served = Serve(context.config, kVersion); !served) {
    Failure failure(std::move(served).error());
    // All that Serve is given are settings, so a wrong one is a wrong command line.
    if (failure.error.code == ErrorCode::kInvalidArgument) failure.exit_code = ExitCode::kUsage;
    return std::unexpected(std::move(failure));
  }
  return ExitCode::kOk;
}

Action Define(Options& options) {
  options.Setting("--port", "PORT", "server.port", "Port to listen on; 0 takes a free one");
  options.Setting("--address", "ADDRESS", "server.address",
                  "Address to listen on (default: 127.0.0.1, this machine only)");
  DeclareStorage(options);
  return [](Context& context) { return Run(context); };
}

}  // namespace

Command ServeCommand() {
  return {"serve", "Serve decisions over HTTP",
          "fairline serve --port 8000\nfairline serve --port 8000 --storage /var/lib/fairline",
          Define};
}

}  // namespace fairline
