using System.CommandLine;
using ModelGen.Cli.Specs;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen emit</c>: the C# of a spec.</summary>
internal static class EmitVerb
{
    /// <summary>Creates the verb.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "a model or a recipe" };
        var space = RunOption.Namespace();
        var command = new Command("emit", "Writes the C# that a build would generate from a spec to standard output.") { file, space };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            SpecFiles.RequireOne(path);
            var spec = new SpecSet([path], parsed.GetValue(space)).CompileOne();
            foreach (var code in spec.Code)
            {
                Console.Out.Write(code);
            }

            return spec.IsSound ? 0 : 1;
        });
        return command;
    }
}
