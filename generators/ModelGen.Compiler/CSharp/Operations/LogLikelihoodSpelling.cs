using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class LogLikelihoodSpelling : Spelling<LogLikelihood>
{
    protected override ModuleSpelling Module(LogLikelihood op, PartText part)
    {
        var type = part.Code.Runtime(Names.Pascal(op.Distribution));
        return new(
            type,
            $"new {type}({(op.Parameter is { } parameter ? Literal.Of((double)parameter.Value) : part.State.Count > 0 ? "device" : "")})"
        );
    }
}
