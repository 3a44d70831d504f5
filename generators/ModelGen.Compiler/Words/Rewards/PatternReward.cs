using System;
using System.Text.RegularExpressions;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Rewards;

internal sealed class PatternReward()
    : Reward("pattern", "1 for an answer that a regular expression matches somewhere, 0 for others", Pattern, Timeout),
        IOptionsRecord
{
    private static readonly TextParameter Pattern = new("pattern", "the regular expression, in .NET's syntax")
    {
        IsMain = true,
        IsRequired = true,
    };

    private static readonly TimeParameter Timeout = new("timeout", "the longest time that one answer may take, after which the run ends")
    {
        Absent = "1 second",
    };

    public override string Example => "pattern: { pattern: '[aeiou]$', timeout: 2 seconds }";

    public string Record => "PatternReward";

    public override IEnumerable<Problem> Problems(Arguments arguments)
    {
        if (arguments.Value(Pattern) is not string text)
        {
            yield break;
        }

        string? mistake = null;
        try
        {
            _ = new Regex(text, RegexOptions.CultureInvariant);
        }
        catch (ArgumentException exception)
        {
            mistake = exception.Message;
        }

        if (mistake is not null)
        {
            yield return Problem.Conflict(Pattern.Name, $"'{Word}.{Pattern.Name}' is no regular expression: {mistake.TrimEnd('.')}");
        }
    }
}
