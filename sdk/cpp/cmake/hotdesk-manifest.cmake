# Run at build time by hotdesk_add_plugin(): lays a plugin's folder out and completes its manifest.
# In: TEMPLATE SCHEMA LIBRARY FOLDER ID VERSION BUILD_ID ABI OS ARCH
cmake_minimum_required(VERSION 3.25)
file(READ "${TEMPLATE}" manifest)
string(REPLACE "." ";" abi "${ABI}")
list(GET abi 0 major)
list(GET abi 1 minor)

set(library "lib/${OS}-${ARCH}/plugin.so")
file(MAKE_DIRECTORY "${FOLDER}/lib/${OS}-${ARCH}")
# A new file each time: an overwritten one could be mapped somewhere.
file(REMOVE "${FOLDER}/${library}")
file(COPY_FILE "${LIBRARY}" "${FOLDER}/${library}")
set(files "{}")
file(SHA256 "${FOLDER}/${library}" hash)
string(JSON files SET "${files}" "${library}" "\"${hash}\"")
if(SCHEMA)
  file(COPY_FILE "${SCHEMA}" "${FOLDER}/config.schema.json")
  file(SHA256 "${SCHEMA}" hash)
  string(JSON files SET "${files}" "config.schema.json" "\"${hash}\"")
endif()

string(JSON manifest SET "${manifest}" format 1)
string(JSON manifest SET "${manifest}" id "\"${ID}\"")
string(JSON manifest SET "${manifest}" version "\"${VERSION}\"")
string(JSON manifest SET "${manifest}" abi "{\"major\": ${major}, \"minor\": ${minor}}")
string(JSON manifest SET "${manifest}" platforms
  "[{\"os\": \"${OS}\", \"arch\": \"${ARCH}\", \"file\": \"${library}\", \"build_id\": \"${BUILD_ID}\"}]")
string(JSON manifest SET "${manifest}" files "${files}")
file(WRITE "${FOLDER}/manifest.json" "${manifest}\n")
