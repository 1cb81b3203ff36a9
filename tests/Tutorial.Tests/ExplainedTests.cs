using System.ComponentModel;

namespace Tutorial.Tests;

public sealed class ExplainedTests
{
    public static TheoryData<Exception, int, string> Errors => new()
    {
        { new TutorialException("There is no notebook."), 2, "There is no notebook." },
        { new OperationCanceledException(), 3, "Cancelled." },
        { new IOException("The disk is full."), 1, "The disk is full." },
        { new AggregateException(new AggregateException(new InvalidDataException("a.png is damaged."))), 1, "a.png is damaged." },
        { new TypeInitializationException("Torch", new DllNotFoundException("libtorch")), 1, "A native library could not be loaded (libtorch): the verb doctor says what is missing." },
        { new InsufficientMemoryException(), 1, "There is not enough memory for this" },
        { new Win32Exception(12, "[enforce fail at alloc_cpu.cpp:124] . DefaultCPUAllocator: can't allocate memory: you tried to allocate 10737418240 bytes."), 1, "There is not enough memory for this" },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void What_went_wrong_becomes_a_sentence_and_an_exit_code(Exception error, int code, string says)
    {
        var explained = Line().Explained(error);
        Assert.Equal(code, explained.Code);
        Assert.StartsWith(says, explained.Says);
    }

    [Fact]
    public void What_nobody_expected_is_one_line_and_its_stack_trace_is_in_a_file()
    {
        var (code, says) = Line().Explained(new DivideByZeroException("The factorization failed.\nframe #0: c10"));
        Assert.Equal(1, code);
        Assert.StartsWith("This should not have happened: The factorization failed. (DivideByZeroException). Please report it, with ", says);
        var file = says.Split("with ")[1].TrimEnd('.');
        Assert.Contains("frame #0", File.ReadAllText(file));
        File.Delete(file);
    }

    private static CommandLine Line() => new("", null, null!, TimeProvider.System);
}
