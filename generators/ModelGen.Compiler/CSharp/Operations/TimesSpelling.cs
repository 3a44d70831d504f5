using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class TimesSpelling : Spelling<Times>
{
    protected override string Expression(Times op, Operands operands) => $"{operands[0]} * {operands[1]}";
}
