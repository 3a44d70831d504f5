using System.Collections;
using Microsoft.Build.Framework;

namespace ModelGen.Package.Tests.Build;

/// <summary>A build that notes what its tasks complain of.</summary>
internal sealed class BuildLog : IBuildEngine
{
    public List<string> Errors { get; } = [];

    public string Text => string.Join('\n', Errors);

    public bool ContinueOnError => false;

    public int LineNumberOfTaskNode => 0;

    public int ColumnNumberOfTaskNode => 0;

    public string ProjectFileOfTaskNode => "test.csproj";

    public void LogErrorEvent(BuildErrorEventArgs e) => Errors.Add($"{e.Code}: {e.Message}");

    public void LogWarningEvent(BuildWarningEventArgs e) => Errors.Add($"warning {e.Code}: {e.Message}");

    public void LogMessageEvent(BuildMessageEventArgs e) { }

    public void LogCustomEvent(CustomBuildEventArgs e) { }

    public bool BuildProjectFile(string projectFileName, string[] targetNames, IDictionary globalProperties, IDictionary targetOutputs) =>
        throw new NotSupportedException();
}
