using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Tests.Fetch;

/// <summary>The reason of a failure: the chain of messages.</summary>
public sealed class SafeTextReasonTests
{
    [Fact]
    public void Reason_OfOneException_IsItsMessage() => Assert.Equal("It broke.", new SafeText().Reason(new IOException("It broke.")));

    [Fact]
    public void Reason_OfAChain_IsTheChainOfMessages() => Assert.Equal(
        "Outer: middle, with detail: inner.", new SafeText().Reason(new IOException("Outer.", new IOException("middle, with detail", new IOException("inner.")))));

    [Theory]
    [InlineData("The SSL connection could not be established, see inner exception.", "The SSL connection could not be established")]
    [InlineData("It failed. See InnerException, if present, for more details.", "It failed")]
    [InlineData("It failed (see the inner exception for details).", "It failed")]
    public void Reason_OfAMessageThatRefersToItsInnerException_LeavesTheReferenceOut(string message, string expected)
    {
        Assert.Equal($"{expected}: The certificate is invalid: UntrustedRoot", new SafeText().Reason(new IOException(message, new IOException("The certificate is invalid: UntrustedRoot"))));
        Assert.Equal(expected, new SafeText().Reason(new IOException(message)));
    }

    [Fact]
    public void Reason_OfNothingButAReference_IsThatOfTheInnerException() =>
        Assert.Equal("cause", new SafeText().Reason(new IOException("See inner exception.", new IOException("cause"))));

    [Fact]
    public void Reason_OfAMessageThatWasSaidBefore_DoesNotRepeatIt() => Assert.Equal(
        "Connection refused (127.0.0.1:9): other", new SafeText().Reason(new IOException("Connection refused (127.0.0.1:9)", new IOException("Connection refused", new IOException("other")))));

    [Fact]
    public void Reason_OfSeveralExceptionsInOne_ContainsThoseInsideEach()
    {
        AggregateException several = new(new IOException("one, see inner exception", new IOException("first")), new IOException("two, see inner exception", new IOException("second")));

        Assert.Equal("One or more errors occurred. (one: first: two: second", new SafeText().Reason(several));
    }

    [Fact]
    public void Reason_OfAChain_IsCleanedAndCut()
    {
        Assert.Equal("a[redacted]: to http://[redacted]@proxy/", new SafeText("s3cr3t").Reason(new IOException("a\ns3cr3t", new IOException("to http://u:p@proxy/"))));
        Assert.Equal(256, new SafeText().Reason(new IOException(new string('x', 200), new IOException(new string('y', 200)))).Length);
    }
}
