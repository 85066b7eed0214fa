for word; do printf '<%s>\n' "$word"; done
