using Microsoft.AspNetCore.WebUtilities;

namespace CatalogWeb.Demo;

/// <summary>Counts every request that is sent, including repeated ones, and reports errors. Add it as the last handler.</summary>
internal sealed class TrafficHandler(Traffic traffic, string server, Action requestSent) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        requestSent();
        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                int status = (int)response.StatusCode;
                traffic.ErrorOccurred($"The {server} returned {status} ({ReasonPhrases.GetReasonPhrase(status)}).");
            }

            return response;
        }
        catch (HttpRequestException)
        {
            traffic.ErrorOccurred($"The {server} could not be reached.");
            throw;
        }
        finally
        {
            traffic.RequestCompleted();
        }
    }
}
