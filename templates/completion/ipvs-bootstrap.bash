# Completion of ipvs-bootstrap for bash from 4.0 on.
_ipvs_bootstrap() {
  local rest=${COMP_LINE:0:COMP_POINT} words=() word i
  # bash cuts words at = and :, too. Here they are whole again; the last one ends at the cursor.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((i == 0)) || [[ $rest == [[:blank:]]* || -z $rest ]]; then words+=(''); fi
    rest=${rest#"${rest%%[![:blank:]]*}"}
    if ((i == COMP_CWORD)); then word=$rest; fi
    words[${#words[@]} - 1]+=$word
    rest=${rest#"$word"}
  done

  local program=ipvs-bootstrap current=${words[${#words[@]} - 1]} lines besides
  if type -P "${words[0]}" >/dev/null; then program=${words[0]}; fi
  mapfile -t lines < <("$program" __complete bash "${words[@]:1}" 2>/dev/null)
  COMPREPLY=()
  ((${#lines[@]} > 0)) || return
  besides=${lines[${#lines[@]} - 1]}
  unset "lines[${#lines[@]} - 1]"

  case $besides in
  :files-any) compopt -o default ;;
  :files-yaml)
    current=${current##*=}
    if [[ $current == *[\\\"\'\$]* ]]; then
      compopt -o default
    else
      compopt -o filenames
      mapfile -t COMPREPLY < <(
        compgen -f -X '!*.yaml' -- "$current"
        compgen -f -X '!*.yml' -- "$current"
        compgen -d -- "$current"
      )
    fi
    ;;
  :open | :words)
    [[ $besides == :words ]] || compopt -o nospace
    local cut=''
    [[ $current != *[=:]* ]] || cut=${current%"${current##*[=:]}"}
    for word in "${lines[@]}"; do
      word=${word%%$'\t'*}
      COMPREPLY+=("${word#"$cut"}")
    done
    ;;
  esac
}
complete -F _ipvs_bootstrap ipvs-bootstrap
