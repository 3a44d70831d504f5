using ModelGen.Examples.Images;
using ModelGen.Runs;

var command = Arguments.Command(static arguments => ConsoleProgram.Run(stop =>
{
    using var run = new PictureRun(arguments, stop);
    return run.Execute();
}));
var parsed = command.Parse(args);

if (parsed.Errors is [var mistake, ..] && parsed.Action is not System.CommandLine.Help.HelpAction)
    return ConsoleProgram.Fail($"{mistake.Message.TrimEnd('.')}. --help lists the options.", ConsoleProgram.WrongArguments);

return parsed.Invoke(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
