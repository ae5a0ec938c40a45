// Writing configuration: the example with its words, and plain files made by `hotdesk init`.
#include <string>

#include "app/config_keys.hpp"

namespace hotdesk::app {
namespace {

constexpr std::size_t width = 110;

void append_comment(std::string& out, const std::string& indent, std::string_view text) {
  std::string line = indent + "//";
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    if (line.size() + 1 + word.size() > width) {
      out += line + "\n";
      line = indent + "//";
    }
    line += " ";
    line += word;
    text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
  }
  out += line + "\n";
}

std::string render(const Config& config, bool comments) {
  std::string out = "{\n";
  std::string open;  // the section being written
  bool first = true;
  for (const ConfigKey& key : config_keys()) {
    const std::size_t dot = key.name.find('.');
    const std::string section(dot == std::string_view::npos ? std::string_view{} : key.name.substr(0, dot));
    const std::string name(dot == std::string_view::npos ? key.name : key.name.substr(dot + 1));
    if (section != open && !open.empty()) {
      out += "\n  }";
      open.clear();
    }
    if (!first) out += out.ends_with("{\n") ? "" : ",\n";
    const bool gap = comments && !first;
    first = false;
    if (section != open) {
      if (gap) out += "\n";
      out += "  \"" + section + "\": {\n";
      open = section;
    } else if (gap) {
      out += "\n";
    }
    const std::string indent(open.empty() ? 2 : 4, ' ');
    if (comments) {
      append_comment(out, indent, key.effect);
      append_comment(out, indent, "Allowed: " + allowed(key) + ". Default: " + value_text(key, Config{}) + ".");
    }
    out += indent + "\"" + name + "\": " + value_text(key, config);
  }
  if (!open.empty()) out += "\n  }";
  return out + "\n}\n";
}

}  // namespace

std::string make_example_config() {
  return "// Hotdesk's configuration, every key with its default. Comments like this one are allowed; a key that is left out has\n"
         "// its default, an unknown one is refused. Relative paths start from the folder this file is in.\n" +
         render(Config{}, true);
}

std::string write_config(const Config& config) { return render(config, false); }

}  // namespace hotdesk::app
