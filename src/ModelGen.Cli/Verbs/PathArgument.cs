using System.CommandLine;

namespace ModelGen.Cli.Verbs;

/// <summary>Arguments that are paths.</summary>
internal static class PathArgument
{
    /// <summary>Refuses what looks like an option: it would be taken for a path.</summary>
    public static void RefuseOptions(Argument argument) =>
        argument.Validators.Add(static given =>
        {
            if (given.Tokens.FirstOrDefault(static token => token.Value.StartsWith('-')) is { } wrong)
            {
                given.AddError($"There is no option '{wrong.Value}'.");
            }
        });
}
