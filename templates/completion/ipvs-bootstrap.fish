# Completion of ipvs-bootstrap for fish from 3.0 on.
function __ipvs_bootstrap_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program ipvs-bootstrap
    command -sq -- $words[1]; and set program $words[1]
    set -l lines (command $program __complete fish $words[2..-1] "$current" 2>/dev/null)
    switch "$lines[-1]"
        case :files-any
            __fish_complete_path $current
        case :files-yaml
            __fish_complete_path $current | string match -r '.*(?:/|\.ya?ml)(?:\t.*)?$'
        case '*'
            test (count $lines) -gt 1; and printf '%s\n' $lines[1..-2]
    end
end
complete -c ipvs-bootstrap -f -a '(__ipvs_bootstrap_complete)'
