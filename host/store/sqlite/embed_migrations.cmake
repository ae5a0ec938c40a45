# Turns sqlite/migrations/NNNN_name.sql into one C++ file: the program bears its own schema.
function(embed_migrations folder output)
  file(GLOB files CONFIGURE_DEPENDS "${folder}/*.sql")
  list(SORT files)
  set(rows "")
  foreach(file IN LISTS files)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
    get_filename_component(name "${file}" NAME_WE)
    string(SUBSTRING "${name}" 0 4 number)
    string(REGEX REPLACE "^0+" "" number "${number}")
    file(READ "${file}" text)
    string(APPEND rows "    {${number}, \"${name}\", R\"sql(${text})sql\"},\n")
  endforeach()
  file(CONFIGURE OUTPUT "${output}" @ONLY CONTENT
"#include \"store/migrations.hpp\"

namespace hotdesk::store {

std::span<const Migration> migrations() {
  static constexpr Migration all[] = {
@rows@  };
  return all;
}

}  // namespace hotdesk::store
")
endfunction()
