/** Shells that freehold can complete in. */
export type Shell = "bash" | "zsh" | "fish";

/** The script that teaches a shell to complete freehold's words. It asks `freehold complete`, so it need not change with freehold. */
export const shellScripts: Readonly<Record<Shell, string>> = {
  bash: `# freehold completion for bash. For good: freehold completion bash > /etc/bash_completion.d/freehold
_freehold() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$line" = ":directory" ]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "\${COMP_WORDS[COMP_CWORD]}")
    elif [ -n "$line" ]; then
      COMPREPLY+=("$line")
    fi
  done < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _freehold freehold
`,
  zsh: `#compdef freehold
# freehold completion for zsh. For good: freehold completion zsh > a directory of $fpath, as _freehold
_freehold() {
  local -a found
  found=("\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ "\${found[1]}" == ":directory" ]]; then
    _files -/
  elif [[ -n "\${found[1]}" ]]; then
    compadd -- "\${found[@]}"
  fi
}
compdef _freehold freehold
`,
  fish: `# freehold completion for fish. For good: freehold completion fish > ~/.config/fish/completions/freehold.fish
function __freehold_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found ($words[1] complete -- $words[2..-1] 2>/dev/null)
  if test "$found[1]" = ":directory"
    __fish_complete_directories (commandline -ct)
  else
    printf '%s\\n' $found
  end
end
complete -c freehold -f -a '(__freehold_complete)'
`,
};

/** Whether a word names a shell. */
export function isShell(word: string): word is Shell {
  return Object.hasOwn(shellScripts, word);
}
