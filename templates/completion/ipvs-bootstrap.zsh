#compdef ipvs-bootstrap
# Completion of ipvs-bootstrap for zsh from 5.0 on.
_ipvs-bootstrap() {
  local program=ipvs-bootstrap line word besides
  local -a lines shown suffix
  if whence -p -- "${(Q)words[1]}" >/dev/null; then program=${(Q)words[1]}; fi
  lines=("${(@f)$("$program" __complete zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
  besides=$lines[-1]
  lines[-1]=()

  case $besides in
    :files-*)
      compset -P '--*='
      if [[ $besides == :files-yaml ]]; then _files -g '*.(yaml|yml)'; else _files; fi
      return
      ;;
    :open) suffix=(-S '') ;;
  esac
  for line in $lines; do
    # _describe separates the word from its meaning by a colon.
    word=${${line%%$'\t'*}//:/\\:}
    if [[ $line == *$'\t'* ]]; then shown+=("$word:${line#*$'\t'}"); else shown+=("$word"); fi
  done
  _describe -t values 'value' shown "${suffix[@]}"
}

# As a file in fpath it is the function itself; as a script that is read it only says who completes what.
if [[ $funcstack[1] == _ipvs-bootstrap ]]; then
  _ipvs-bootstrap "$@"
elif (( $+functions[compdef] )); then
  compdef _ipvs-bootstrap ipvs-bootstrap
else
  print -u2 'ipvs-bootstrap: completion must be loaded below compinit'
fi
