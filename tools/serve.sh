#!/bin/sh
# The service on this machine: the database that its flags name gets its tables first.
#
#   sh tools/serve.sh AMENDS [FLAG...]
set -eu

amends=$1
shift
before=''
for flag in "$@"; do
    # The variables are those of both commands, and the flags of `amends serve` say the same over again.
    case $before in
        --database) export AMENDS_DATABASE="$flag" ;;
        --data-dir) export AMENDS_DATA_DIR="$flag" ;;
    esac
    case $flag in
        --database=*) export AMENDS_DATABASE="${flag#*=}" ;;
        --data-dir=*) export AMENDS_DATA_DIR="${flag#*=}" ;;
    esac
    before=$flag
done

"$amends" db upgrade
exec "$amends" serve "$@"
