using System.CommandLine;
using ModelGen.Examples;
using ModelGen.Examples.Results;
using ModelGen.Examples.Results.Areas;
using ModelGen.Examples.Results.Dates;
using ModelGen.Examples.Results.Names;
using ModelGen.Examples.Results.Restoring;
using ModelGen.Examples.Results.Shakespeare;
using ModelGen.Examples.Results.Sorting;
using ModelGen.Examples.Results.Vowels;
using ModelGen.Runs;

Result[] all =
[
    .. ShakespeareResult.All,
    new SortingResult(),
    new NamesResult(),
    new RestoringResult(),
    new DatesResult(),
    .. AreasResult.All,
    .. VowelsResult.All,
    new JudgeResult(),
];
var words = string.Join(", ", all.Select(static each => each.Word));
var result = new Argument<string>("RESULT") { Description = string.Join('\n', all.Select(static each => $"{each.Word}: {each.Summary}")) };
var command = new RunCommand(
    "Reproduces a result: trains the model of a spec as it says, and measures what the result is about.",
    "text",
    "PATH",
    "the text to learn from, or the weights to start from, where the result is about published ones",
    Path.Combine("runs", "results", "RESULT"),
    result
)
{
    Check = parsed =>
        parsed.GetResult(result) is not { Tokens: [{ Value: var word }, ..] } ? $"name the result: {words}."
        : all.All(each => each.Word != word) ? $"there is no result '{word}'; choose one of {words}."
        : null,
};

return command.Run(args, (options, parsed, stop) =>
{
    var asked = all.Single(each => each.Word == parsed.GetValue(result));
    if (asked.DataName is { } wanted != options.Data is not null)
    {
        throw new ModelGen.ModelGenException(
            options.Data is null
                ? $"'{asked.Word}' needs {asked.DataName}; name its path with --data PATH."
                : $"'{asked.Word}' makes its own data; leave --data out."
        );
    }

    using var session = new RunSession(
        options.Settings(Path.Combine("runs", "results", asked.Word), asked.Spec) with
        {
            Curves = new(asked.Unit, "loss"),
        },
        stop
    );
    return asked.Run(session, options, stop);
});
