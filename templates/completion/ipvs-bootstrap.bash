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

  local program=ipvs-bootstrap current=${words[${#words[@]} - 1]} lines found=() besides option file=''
  if type -P "${words[0]}" >/dev/null; then program=${words[0]}; fi
  mapfile -t lines < <("$program" __complete bash "${words[@]:1}" 2>/dev/null)
  COMPREPLY=()
  ((${#lines[@]} > 0)) || return
  besides=${lines[${#lines[@]} - 1]}
  unset "lines[${#lines[@]} - 1]"

  case $besides in
  :files-*)
    file=$current
    [[ $file != --*=* ]] || file=${current#*=}
    option=${current%"$file"}
    if [[ $besides == :files-any || $file == *[\\\"\'\$]* ]]; then
      # bash itself knows best about quotes.
      compopt -o default
      return
    fi
    compopt -o filenames
    mapfile -t found < <(
      compgen -f -X '!*.yaml' -- "$file" || true
      compgen -f -X '!*.yml' -- "$file" || true
      compgen -d -- "$file" || true
    )
    ;;
  :open)
    compopt -o nospace
    found=("${lines[@]}")
    ;;
  *) found=("${lines[@]}") ;;
  esac

  # Where bash has cut the word at the cursor, it wants what stands behind the last cut.
  local cut='' breaks=${COMP_WORDBREAKS//[!=:]/}
  if [[ -n $breaks && $current == *[$breaks]* ]]; then cut=${current%"${current##*[$breaks]}"}; fi
  for word in "${found[@]}"; do
    word=$option${word%%$'\t'*}
    COMPREPLY+=("${word#"$cut"}")
  done
}
complete -F _ipvs_bootstrap ipvs-bootstrap
