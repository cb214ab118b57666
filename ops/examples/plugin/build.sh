#!/bin/sh
# Builds plugins/reverse.jar from the sample. Needs a JDK 25 on the PATH, and the server built once (mvn -ntp -Pdist package).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
lib=${ESCAPEMENT_LIB:-$here/../../../server/target/dist/lib}
out=${1:-$here/../../../plugins}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/META-INF/services" "$out"
javac -d "$work" -cp "$lib/*" "$here/ReverseAction.java"
echo example.ReverseAction > "$work/META-INF/services/escapement.action.Action"
jar --create --file "$out/reverse.jar" -C "$work" .
echo "built $out/reverse.jar; start the server with ESCAPEMENT_PLUGINS_DIR=$out"
