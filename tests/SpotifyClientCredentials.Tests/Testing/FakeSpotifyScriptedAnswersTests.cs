using System.Net;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Testing;

public sealed class FakeSpotifyScriptedAnswersTests : FakeSpotifyTest
{
    [Fact]
    public async Task TokenAnswers_Always_ComeInTheOrderEnqueuedStandingHonest()
    {
        Fake.TokenAnswer = FakeAnswer.InvalidClientSecret;
        Fake.EnqueueTokenAnswer(FakeAnswer.UpstreamReset, times: 2);
        Fake.EnqueueTokenAnswer(FakeAnswer.Honest);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostForStatusAsync());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostForStatusAsync());
        Assert.Equal(HttpStatusCode.OK, await PostForStatusAsync());
        Assert.Equal(HttpStatusCode.BadRequest, await PostForStatusAsync());
        Fake.TokenAnswer = null;
        Assert.Equal(HttpStatusCode.OK, await PostForStatusAsync());
        Assert.Equal(5, Fake.TokenRequests.Count);
        Assert.Empty(Fake.ApiRequests);
    }

    [Fact]
    public async Task ApiAnswers_Always_ComeInTheOrderEnqueuedStandingHonest()
    {
        Fake.ApiAnswer = FakeAnswer.UpstreamReset;
        Fake.EnqueueApiAnswer(FakeAnswer.RateLimited());

        Assert.Equal(HttpStatusCode.TooManyRequests, await GetForStatusAsync("markets"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await GetForStatusAsync("markets"));
        Fake.ApiAnswer = null;
        Assert.Equal(HttpStatusCode.Unauthorized, await GetForStatusAsync("markets"));
        Assert.Equal(3, Fake.ApiRequests.Count);
    }

    [Fact]
    public async Task ApiRequests_OutsideTheWebApi_AreRecordedAndScriptedToo()
    {
        Fake.EnqueueApiAnswer(new FakeAnswer(HttpStatusCode.NoContent));

        Assert.Equal(HttpStatusCode.NoContent, await GetForStatusAsync("/elsewhere"));
        Assert.Equal(HttpStatusCode.NotFound, await GetForStatusAsync("/elsewhere"));
        Assert.Equal(["/elsewhere", "/elsewhere"], Fake.ApiRequests.Select(request => request.Uri.AbsolutePath));
    }

    [Fact]
    public void Enqueue_WithoutAnswerOrTimes_IsRefused()
    {
        _ = Assert.Throws<ArgumentNullException>(() => Fake.EnqueueTokenAnswer(null!));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => Fake.EnqueueApiAnswer(FakeAnswer.Hang, times: 0));
    }

    [Fact]
    public async Task After_UntilTheGateOpens_HoldsTheHonestAnswerBackAndShowsTheRequest()
    {
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<RecordedRequest> arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Fake.EnqueueTokenAnswer(FakeAnswer.Honest.After(request =>
        {
            arrived.SetResult(request);
            return gate.Task;
        }));

        Task<HttpStatusCode> answer = PostForStatusAsync();
        RecordedRequest seen = await arrived.Task.WaitAsync(Soon.HangLimit);
        Assert.Same(seen, Assert.Single(Fake.TokenRequests));
        Assert.Equal(HttpStatusCode.OK, await PostForStatusAsync()); // the next one overtakes it
        Assert.False(answer.IsCompleted);
        gate.SetResult();

        Assert.Equal(HttpStatusCode.OK, await answer);
    }

    [Fact]
    public async Task After_WithAFailedGate_IsABare500()
    {
        Fake.ApiAnswer = FakeAnswer.Unauthorized.After(Task.FromException(new InvalidOperationException()));

        Assert.Equal(HttpStatusCode.InternalServerError, await GetForStatusAsync("markets"));
    }

    [Fact]
    public async Task WithDelay_OnTheServersClock_HoldsTheAnswerBack()
    {
        TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Fake.EnqueueApiAnswer(FakeAnswer.UpstreamReset.WithDelay(TimeSpan.FromHours(1)).After(_ =>
        {
            arrived.SetResult();
            return Task.CompletedTask;
        }));

        Task<HttpStatusCode> answer = GetForStatusAsync("markets");
        await arrived.Task.WaitAsync(Soon.HangLimit);
        _ = await PostForStatusAsync(); // time for an answer that is not held back
        Assert.False(answer.IsCompleted);
        Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await answer);
    }

    [Fact]
    public async Task Requests_FromAThousandClientsAtOnce_AreAllHeldAndAllAnswered()
    {
        const int Clients = 1000;
        int waiting = 0;
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Fake.TokenAnswer = FakeAnswer.Honest.After(_ =>
        {
            if (Interlocked.Increment(ref waiting) == Clients)
            {
                all.SetResult();
            }

            return all.Task;
        });

        HttpStatusCode[] answers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(PostForStatusAsync)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer));
        Assert.Equal(Clients, Fake.TokenRequests.Count);
    }

    private async Task<HttpStatusCode> PostForStatusAsync()
    {
        using HttpRequestMessage request = Fake.CreateTokenRequest();
        using HttpResponseMessage response = await Client.SendAsync(request);
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> GetForStatusAsync(string path)
    {
        using HttpResponseMessage response = await Client.GetAsync(path, token: null);
        return response.StatusCode;
    }
}
