using System.CommandLine;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen schema</c>: the JSON schema of specs, for editors.</summary>
internal static class SchemaVerb
{
    /// <summary>Creates the verb.</summary>
    public static Command Create()
    {
        var recipe = new Option<bool>("--recipe") { Description = "that of recipes instead of models" };
        var command = new Command("schema", "Writes the JSON schema of specs, by which editors complete, explain and check them.")
        {
            recipe,
        };
        command.SetAction(parsed => Console.Out.Write(Page.Find(parsed.GetValue(recipe) ? "modelgen.run.schema" : "modelgen.schema")!));
        return command;
    }
}
