using Microsoft.AspNetCore.WebUtilities;

namespace CatalogWeb;

/// <summary>Sees what is really sent, repeated requests too. Added last, it is next to the wire.</summary>
internal sealed class TrafficHandler(Traffic traffic, string server, Action count) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        count();
        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                int status = (int)response.StatusCode;
                traffic.WentWrong($"The {server} answered {status} ({ReasonPhrases.GetReasonPhrase(status)}).");
            }

            return response;
        }
        catch (HttpRequestException)
        {
            traffic.WentWrong($"The {server} could not be reached.");
            throw;
        }
        finally
        {
            traffic.Responded();
        }
    }
}
