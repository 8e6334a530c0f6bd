# Completion of ipvs-bootstrap for fish from 3.0 on.
function __ipvs_bootstrap_files --argument-names current pattern
    set -l option (string match -r -- '^--[^=]+=' $current)
    set -l file (string replace -r -- '^--[^=]+=' '' $current)
    # What fish itself offers for a file, with its quotes, variables and tildes.
    set -l found (complete -C "'' $file" | string match -r -- $pattern)
    test (count $found) -gt 0; and printf '%s\n' "$option"$found
end

function __ipvs_bootstrap_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program ipvs-bootstrap
    command -sq -- $words[1]; and set program $words[1]
    set -l lines (command $program __complete fish $words[2..-1] "$current" 2>/dev/null)
    switch "$lines[-1]"
        case :files-any
            __ipvs_bootstrap_files "$current" '.*'
        case :files-yaml
            __ipvs_bootstrap_files "$current" '^[^\t]*(?:/|\.ya?ml)(?:\t.*)?$'
        case '*'
            test (count $lines) -gt 1; and printf '%s\n' $lines[1..-2]
    end
end
complete -c ipvs-bootstrap -f -a '(__ipvs_bootstrap_complete)'
